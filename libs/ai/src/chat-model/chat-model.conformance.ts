import { expect, it } from '@jest/globals';
import type { ChatModel, ChatPart, ChatRequest } from './chat-model.js';

export const sampleRequest: ChatRequest = {
  question: 'When is soap and water preferred over alcohol-based hand rub?',
  standaloneQuestion: 'When is soap and water preferred over alcohol-based hand rub?',
  history: [],
  maxAnswerTokens: 300,
  passages: [
    { marker: 1, title: 'Hand hygiene', heading: null, page: 9, score: 1, text: 'Soap and water should be used when hands are visibly soiled (e.g., blood, body fluids). Alcohol-based hand rub is preferred otherwise.' },
    { marker: 2, title: 'Hand hygiene', heading: 'Supplies', page: 10, score: 0.4, text: 'Paper towels are readily accessible. Alcohol-based hand rub is placed at the bedside.' },
  ],
};

export async function partsOf(stream: AsyncIterable<ChatPart>): Promise<ChatPart[]> {
  const parts: ChatPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

export const textOf = (parts: readonly ChatPart[]) => parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join('');

/** What every chat model promises, in front of a vendor that behaves. */
export function chatModelConformance(open: () => ChatModel): void {
  it('says what it is', () => {
    const { kind, name, notice } = open().describe();
    expect(['extractive', 'generative']).toContain(kind);
    expect(name).not.toBe('');
    expect(notice.length).toBeGreaterThan(20);
  });

  it('streams text and ends with exactly one finish', async () => {
    const parts = await partsOf(open().stream(sampleRequest, new AbortController().signal));
    expect(textOf(parts).length).toBeGreaterThan(0);
    expect(parts.filter((part) => part.type === 'finish')).toHaveLength(1);
    expect(parts.at(-1)?.type).toBe('finish');
  });

  it('says nothing when it is already aborted', async () => {
    expect(await partsOf(open().stream(sampleRequest, AbortSignal.abort()))).toEqual([]);
  });

  it('ends without finish and without an error when it is aborted in the middle', async () => {
    const stop = new AbortController();
    const parts: ChatPart[] = [];
    for await (const part of open().stream(sampleRequest, stop.signal)) {
      parts.push(part);
      stop.abort();
    }
    expect(parts.map((part) => part.type)).toEqual(['text-delta']);
  });

  it('serves two questions at a time', async () => {
    const model = open();
    const signal = new AbortController().signal;
    const [one, other] = await Promise.all([partsOf(model.stream(sampleRequest, signal)), partsOf(model.stream(sampleRequest, signal))]);
    expect(textOf(one)).toBe(textOf(other));
  });

  it('could answer now', async () => {
    await open().check(AbortSignal.timeout(5000));
  });
}
