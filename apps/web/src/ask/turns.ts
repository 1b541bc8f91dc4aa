import type { Citation, Message, ServerFrame, Verdict } from '@voiceassist/contracts';

/** One question and its answer as the page shows them. */
export interface Turn {
  readonly clientMessageId: string;
  readonly question: string;
  readonly messageId: string | null;
  readonly state: 'asking' | 'answering' | 'complete' | 'stopped' | 'failed';
  readonly stage: string | null;
  readonly content: string;
  readonly citations: readonly Citation[];
  readonly verdict: Verdict | null;
  readonly problem: string | null;
}

export function newTurn(clientMessageId: string, question: string): Turn {
  return { clientMessageId, question, messageId: null, state: 'asking', stage: null, content: '', citations: [], verdict: null, problem: null };
}

const isOpen = ({ state }: Turn) => state === 'asking' || state === 'answering';

function withFrame(turn: Turn, frame: ServerFrame): Turn {
  switch (frame.type) {
    case 'message_start':
      return { ...turn, messageId: frame.messageId, state: 'answering', stage: null, content: '', citations: [] };
    case 'stage':
      return { ...turn, stage: frame.stage };
    case 'message_chunk':
      return { ...turn, content: turn.content + frame.content };
    case 'citation':
      return { ...turn, citations: [...turn.citations, frame.citation] };
    case 'message_complete':
      return { ...turn, state: frame.stopped ? 'stopped' : 'complete', stage: null, content: frame.content, citations: frame.citations, verdict: frame.verdict };
    case 'error':
      return { ...turn, state: 'failed', stage: null, problem: frame.message };
    default:
      return turn;
  }
}

/**
 * Applies one frame to the turn it belongs to: by message id, or for the first frame of an answer to the oldest
 * question still without one. Frames of unknown messages change nothing.
 */
export function applyFrame(turns: readonly Turn[], frame: ServerFrame): readonly Turn[] {
  const index = turns.findIndex((turn) => belongs(turn, frame));
  return index < 0 ? turns : turns.map((turn, at) => (at === index ? withFrame(turn, frame) : turn));
}

function belongs(turn: Turn, frame: ServerFrame): boolean {
  if (frame.type === 'message_start') return turn.state === 'asking';
  if (frame.type === 'error' && frame.clientMessageId) return turn.clientMessageId === frame.clientMessageId;
  return 'messageId' in frame && frame.messageId !== undefined && turn.messageId === frame.messageId;
}

/** Marks every unfinished turn as failed, for a connection that will not come back. */
export function failOpen(turns: readonly Turn[], problem: string): readonly Turn[] {
  return turns.map((turn) => (isOpen(turn) ? { ...turn, state: 'failed', stage: null, problem } : turn));
}

/** The stored messages of a conversation as turns. */
export function turnsOf(messages: readonly Message[]): readonly Turn[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const last = turns.at(-1);
    if (message.role === 'user') turns.push({ ...newTurn(message.messageId, message.content), state: 'complete' });
    else if (last) {
      turns[turns.length - 1] = {
        ...last, messageId: message.messageId, state: message.state, content: message.content, citations: message.citations,
        verdict: message.verdict, problem: message.failure?.message ?? null,
      };
    }
  }
  return turns;
}
