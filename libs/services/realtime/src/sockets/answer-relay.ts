import { rag, type AnswerPart, type Message } from '@voiceassist/contracts';
import { AppError, Call, commonFailure } from '@voiceassist/kit';
import type { Bus } from '@voiceassist/messaging';
import type { Connection, ParsedClientFrame } from './connection.js';

type QuestionFrame = Extract<ParsedClientFrame, { type: 'message' }>;

const answerTimeoutMs = 120_000;
const settleAttempts = 20;
const settlePauseMs = 100;

/** Streams answers from rag-orchestrator to one socket and stops them when the person says so or goes away. */
export class AnswerRelay {
  private readonly running = new Map<string, AbortController>();
  private readonly controllers = new Set<AbortController>();
  private readonly work = new Set<Promise<void>>();

  constructor(
    private readonly bus: Bus,
    private readonly connection: Connection,
    private readonly client: { readonly maxAnswers: number; readonly address?: string },
  ) {}

  start(frame: QuestionFrame): void {
    if (this.controllers.size >= this.client.maxAnswers) {
      this.connection.fail({ code: 'RATE_LIMITED', message: 'Wait for the running answers first.', clientMessageId: frame.clientMessageId });
      return;
    }
    const job = this.relay(frame).finally(() => this.work.delete(job));
    this.work.add(job);
  }

  stop(messageId: string): void {
    this.running.get(messageId)?.abort('stop');
  }

  stopAll(): void {
    for (const controller of this.controllers) controller.abort('gone');
  }

  /** Resolves when no answer is under way any more. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.work]);
  }

  private async relay({ type: _type, ...question }: QuestionFrame): Promise<void> {
    const controller = new AbortController();
    this.controllers.add(controller);
    let messageId: string | undefined;
    const call = Call.begin({ actor: this.connection.actor, clientAddress: this.client.address, timeoutMs: answerTimeoutMs, signal: controller.signal });
    try {
      for await (const part of this.bus.client(rag).streamAnswer(question, call)) {
        if (part.type === 'message_start') {
          messageId = part.messageId;
          this.running.set(messageId, controller);
        }
        await this.connection.send(part);
      }
      if (controller.signal.aborted) throw commonFailure('CANCELLED', 'Stopped.');
    } catch (error) {
      await this.explain(error, { messageId, clientMessageId: question.clientMessageId, stopped: controller.signal.reason === 'stop' });
    } finally {
      this.controllers.delete(controller);
      if (messageId) this.running.delete(messageId);
    }
  }

  private async explain(error: unknown, end: { messageId?: string; clientMessageId: string; stopped: boolean }): Promise<void> {
    if (end.stopped && end.messageId) {
      const message = await this.storedAfterStop(end.messageId);
      if (message) return this.connection.send(completionOf(message));
    }
    const shown = error instanceof AppError ? error : commonFailure('INTERNAL', 'The answer failed. Ask again.');
    this.connection.fail({ code: shown.code, message: shown.message, messageId: end.messageId, clientMessageId: end.clientMessageId });
  }

  /** The orchestrator stores what was said until the stop; it may need a moment. */
  private async storedAfterStop(messageId: string): Promise<Message | null> {
    for (let attempt = 0; attempt < settleAttempts; attempt += 1) {
      const message = await this.bus.client(rag).readMessage({ messageId }, Call.begin({ actor: this.connection.actor, clientAddress: this.client.address, timeoutMs: 2_000 })).catch(() => null);
      if (message && message.state !== 'answering') return message;
      await new Promise((resolve) => setTimeout(resolve, settlePauseMs));
    }
    return null;
  }
}

function completionOf(message: Message): AnswerPart {
  return {
    type: 'message_complete', messageId: message.messageId, content: message.content, citations: message.citations,
    verdict: message.verdict ?? 'partly', usage: message.usage ?? { model: 'unknown', promptTokens: null, completionTokens: null },
    timings: message.timings ?? { retrievedMs: 0, firstChunkMs: null, totalMs: 0 }, stopped: message.state === 'stopped',
  };
}
