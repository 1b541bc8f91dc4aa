import { splitSentences } from '@voiceassist/ai';

export interface CitedSentence {
  /** Without its citation numbers. */
  readonly text: string;
  readonly numbers: readonly number[];
}

const marker = /\s*\[(\d{1,3})\]/g;

/** Moves citations that stand behind a full stop in front of it, so that they stay with their sentence. */
const joinMarkers = (line: string) => line.replace(/([.!?…]["'”’)]*)((?:\s*\[\d{1,3}\])+)/g, '$2$1');

/** The sentences of an answer with the citations they carry. */
export function citedSentences(answer: string): CitedSentence[] {
  const lines = answer.split('\n').map((line) => line.replace(/^\s*(?:[-*•>]|\d{1,2}[.)])\s+/, ''));
  return lines.flatMap((line) =>
    splitSentences(joinMarkers(line)).map((sentence) => ({
      text: sentence.replace(marker, '').trim(),
      numbers: [...sentence.matchAll(marker)].map((match) => Number(match[1])),
    })),
  ).filter(({ text }) => text !== '');
}
