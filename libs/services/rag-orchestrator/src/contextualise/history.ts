import type { ChatTurn } from '@voiceassist/ai';
import type { EarlierTurn } from './standalone-question.js';

const mostTurns = 6;
const mostCharacters = 4000;

/** The latest turns that fit what a model may see of a conversation, oldest first, without citation numbers. */
export function historyFor(earlier: readonly EarlierTurn[]): ChatTurn[] {
  const turns: ChatTurn[] = [];
  let characters = 0;
  for (const { role, content } of [...earlier].reverse().slice(0, mostTurns)) {
    const text = role === 'assistant' ? content.replace(/\s?\[\d+\]/g, '') : content;
    characters += text.length;
    if (characters > mostCharacters) break;
    turns.unshift({ role, content: text });
  }
  return turns;
}
