import type { PhiSpan } from '@voiceassist/phi';
import type { PhiItem } from './phi-set.js';

export interface Figures {
  readonly marked: number;
  readonly covered: number;
}
export interface Missed {
  readonly item: PhiItem;
  readonly type: string;
  readonly start: number;
  readonly end: number;
}
export interface Measures {
  readonly perType: ReadonlyMap<string, Figures>;
  readonly overall: Figures;
  /** Characters that were rightly marked, among all that were. */
  readonly precision: number;
  readonly missed: readonly Missed[];
}

/** One flag for each character that a finding covers. */
function coverage(length: number, spans: readonly { start: number; end: number }[]): Uint8Array {
  const covered = new Uint8Array(length);
  for (const { start, end } of spans) covered.fill(1, start, end);
  return covered;
}

/** Recall of fully covered spans per type, and precision of the characters that were marked. */
export function measure(items: readonly PhiItem[], find: (text: string) => readonly PhiSpan[]): Measures {
  const perType = new Map<string, Figures>();
  const missed: Missed[] = [];
  const overall = { marked: 0, covered: 0 };
  let [right, predicted] = [0, 0];
  for (const item of items) {
    const found = coverage(item.text.length, find(item.text));
    const truth = coverage(item.text.length, item.spans);
    found.forEach((flag, at) => {
      predicted += flag;
      right += flag & (truth[at] ?? 0);
    });
    for (const { start, end, type } of item.spans) {
      const covered = found.subarray(start, end).every((flag) => flag === 1);
      const figures = perType.get(type) ?? { marked: 0, covered: 0 };
      perType.set(type, { marked: figures.marked + 1, covered: figures.covered + Number(covered) });
      overall.marked += 1;
      overall.covered += Number(covered);
      if (!covered) missed.push({ item, type, start, end });
    }
  }
  return { perType, overall, precision: predicted === 0 ? 1 : right / predicted, missed };
}

/** Share of texts without anything to find in which something was found. */
export function falseAlarms(items: readonly PhiItem[], find: (text: string) => readonly PhiSpan[]): { readonly share: number; readonly alarmed: readonly (readonly [PhiItem, readonly PhiSpan[]])[] } {
  const alarmed = items.map((item) => [item, find(item.text)] as const).filter(([, spans]) => spans.length > 0);
  return { share: items.length === 0 ? 0 : alarmed.length / items.length, alarmed };
}

/** Megabytes of text a second: by the clock, and by the processor's own time, which other work on the machine does not change as much. */
export function speed(texts: readonly string[], find: (text: string) => readonly PhiSpan[]): { readonly byClock: number; readonly byProcessor: number } {
  const passes = 10;
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  for (const text of texts) find(text); // reads the dictionaries
  const [startedAt, usedBefore] = [performance.now(), process.cpuUsage()];
  for (let pass = 0; pass < passes; pass += 1) for (const text of texts) find(text);
  const { user, system } = process.cpuUsage(usedBefore);
  const megabytes = (bytes * passes) / 1e6;
  return { byClock: megabytes / ((performance.now() - startedAt) / 1000), byProcessor: megabytes / ((user + system) / 1e6) };
}
