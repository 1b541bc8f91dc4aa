import { describe, expect, it } from '@jest/globals';
import type { ServerFrame } from '@voiceassist/contracts';
import { applyFrame, failOpen, newTurn, type Turn } from './turns.js';

const messageId = '11111111-1111-4111-8111-111111111111';
const frames: ServerFrame[] = [
  { type: 'message_start', messageId, conversationId: messageId },
  { type: 'stage', messageId, stage: 'retrieving' },
  { type: 'message_chunk', messageId, index: 0, content: 'Wash ' },
  { type: 'message_chunk', messageId, index: 1, content: 'hands.' },
];
const after = (turns: readonly Turn[], list: ServerFrame[]) => list.reduce(applyFrame, turns);

describe('turns', () => {
  it('grow with the frames of their own answer only', () => {
    const [first, second] = after([newTurn('a', 'one?'), newTurn('b', 'two?')], frames);
    expect(first).toMatchObject({ messageId, state: 'answering', stage: 'retrieving', content: 'Wash hands.' });
    expect(second).toMatchObject({ state: 'asking', content: '' });
  });

  it('ignore frames of messages they do not know', () => {
    const turns = [newTurn('a', 'one?')];
    expect(applyFrame(turns, { type: 'message_chunk', messageId, index: 0, content: 'x' })).toBe(turns);
  });

  it('take a refusal by the id of the question', () => {
    const [turn] = after([newTurn('a', 'one?')], [{ type: 'error', code: 'RATE_LIMITED', message: 'Wait.', clientMessageId: 'a', fatal: false }]);
    expect(turn).toMatchObject({ state: 'failed', problem: 'Wait.' });
  });

  it('keep what was said when the connection is lost', () => {
    const [turn] = failOpen(after([newTurn('a', 'one?')], frames), 'Lost.');
    expect(turn).toMatchObject({ state: 'failed', content: 'Wash hands.', problem: 'Lost.' });
  });
});
