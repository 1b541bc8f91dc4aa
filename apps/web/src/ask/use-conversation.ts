import { useQueryClient } from '@tanstack/react-query';
import { rag, type ServerFrame } from '@voiceassist/contracts';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { AnswerSocket, type Connectivity } from '../api/answer-socket.ts';
import { ownEmergencyKey, useOwnEmergency } from '../emergency/own-emergency.ts';
import { useSession } from '../session/session.ts';
import { conversationsKey } from './conversation-list.tsx';
import { applyFrame, failOpen, newTurn, type Turn, turnsOf } from './turns.ts';

interface ConversationView {
  readonly turns: readonly Turn[];
  readonly connectivity: Connectivity;
  readonly problem: string | null;
  readonly ask: (question: string) => void;
  readonly stop: (messageId: string) => void;
}

/** One conversation: its stored messages, and the answers that stream in. */
export function useConversation(conversationId: string | undefined): ConversationView {
  const { client } = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const emergencyId = useOwnEmergency()?.emergencyId;
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const [connectivity, setConnectivity] = useState<Connectivity>('connecting');
  const [problem, setProblem] = useState<string | null>(null);
  const shown = useRef<string | undefined>(undefined);
  const socket = useRef<AnswerSocket>(null);

  const receive = (frame: ServerFrame) => {
    setTurns((now) => applyFrame(now, frame));
    if (frame.type === 'message_start' && shown.current !== frame.conversationId) {
      shown.current = frame.conversationId;
      void navigate(`/c/${frame.conversationId}`, { replace: true });
    }
    if (frame.type === 'message_complete') void queries.invalidateQueries({ queryKey: conversationsKey });
  };
  // the socket outlives a change of address, and with it of `navigate`
  const latest = useRef(receive);
  latest.current = receive;

  useEffect(() => {
    const opened = new AnswerSocket(client, {
      onFrame: (frame) => latest.current(frame),
      onConnectivity: (state) => {
        setConnectivity(state);
        if (state === 'waiting' || state === 'closed') setTurns((now) => failOpen(now, 'The connection was lost. What was said is kept; ask again.'));
        // somebody else may have ended the emergency access that the socket was opened with
        if (state === 'closed') void queries.invalidateQueries({ queryKey: ownEmergencyKey });
      },
    });
    socket.current = opened;
    opened.start();
    return () => {
      opened.stop();
      setTurns((now) => failOpen(now, 'What you may read has changed. What was said is kept; ask again.'));
    };
    // a socket may read what its holder could read when it was opened
  }, [client, queries, emergencyId]);

  useEffect(() => {
    if (conversationId === shown.current) return;
    shown.current = conversationId;
    setTurns([]);
    setProblem(null);
    if (!conversationId) return;
    const aborted = new AbortController();
    client.request(rag.listMessages, { conversationId, pageSize: 100 }, { signal: aborted.signal }).then(
      ({ items }) => setTurns(turnsOf(items)),
      (error: unknown) => aborted.signal.aborted || setProblem(error instanceof Error ? error.message : 'This conversation cannot be read.'),
    );
    return () => aborted.abort();
  }, [conversationId, client]);

  const ask = useCallback((question: string) => {
    const turn = newTurn(crypto.randomUUID(), question);
    setTurns((now) => [...now, turn]);
    socket.current?.send({ type: 'message', clientMessageId: turn.clientMessageId, content: question, conversationId: shown.current });
  }, []);
  const stop = useCallback((messageId: string) => socket.current?.send({ type: 'stop', messageId }), []);
  return { turns, connectivity, problem, ask, stop };
}
