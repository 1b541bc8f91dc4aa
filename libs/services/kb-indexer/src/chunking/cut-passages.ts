import type { ExtractedPage, TextBlock } from '../extraction/extracted-document.js';
import { countWords, cutHard } from './measure.js';
import { sentencesOf, type TextRange } from './sentences.js';

/** A stretch of one page that can be found, quoted and opened; `text` is exactly the page's text from `start` to `end`. */
export interface CutPassage {
  /** Counts from 0 over the whole document. */
  readonly ordinal: number;
  readonly page: number;
  readonly heading: string | null;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Sizes in words: what a passage aims at, what it may have at most, and below what it is joined with its neighbour. */
export interface PassageSizes {
  readonly target: number;
  readonly most: number;
  readonly least: number;
}

/** The shipped encoder reads 128 tokens: about 90 words with the title in front. */
export const passageSizes: PassageSizes = { target: 90, most: 130, least: 25 };
const mostCharacters = 1200;
const headingsOfAPassage = 2;
const longestHeading = 200;

interface Unit extends TextRange {
  readonly words: number;
}

interface Section {
  readonly heading: string | null;
  readonly units: Unit[];
}

const measured = (text: string, range: TextRange): Unit => ({ ...range, words: countWords(text.slice(range.start, range.end)) });
const fits = (text: string, range: TextRange, sizes: PassageSizes) => range.end - range.start <= mostCharacters && countWords(text.slice(range.start, range.end)) <= sizes.most;

/** Items and rows stay whole while they fit, prose is taken sentence by sentence. */
function unitsOf(text: string, block: TextBlock, sizes: PassageSizes): Unit[] {
  if (fits(text, block, sizes) && block.kind !== 'paragraph') return [measured(text, block)];
  return sentencesOf(text.slice(block.start, block.end))
    .map(({ start, end }) => ({ start: start + block.start, end: end + block.start }))
    .flatMap((sentence) => (fits(text, sentence, sizes) ? [sentence] : cutHard(text, sentence, { words: sizes.target, characters: mostCharacters })))
    .map((range) => measured(text, range));
}

/** What a reader would call the place: the last headings above it. */
class HeadingTrail {
  private carried: string[] = [];
  private pending: TextBlock[] = [];
  private current: string | null = null;

  see(block: TextBlock): void {
    this.pending.push(block);
  }

  /** Headings too many for a trail; they are text like any other so that nothing is lost. */
  takeSurplus(): TextBlock[] {
    return this.pending.splice(0, Math.max(0, this.pending.length - headingsOfAPassage));
  }

  /** The heading of the text that follows now. */
  settle(pageText: string): string | null {
    this.carryOver(pageText);
    if (this.carried.length > 0) this.current = shortened(this.carried.splice(0).join(' › '));
    return this.current;
  }

  /** Keeps the headings at a page's foot for the text of the next page; gives them back in case there is none. */
  carryOver(pageText: string): TextBlock[] {
    const blocks = this.pending.splice(0);
    this.carried.push(...blocks.map(({ start, end }) => pageText.slice(start, end).replace(/\s+/g, ' ')));
    return blocks;
  }
}

/** Cut at a word where there is one. */
function shortened(heading: string): string {
  if (heading.length <= longestHeading) return heading;
  const space = heading.lastIndexOf(' ', longestHeading);
  const cut = heading.slice(0, space > 0 ? space : longestHeading);
  return `${cut.replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function sectionsOf(page: ExtractedPage, trail: HeadingTrail, options: { sizes: PassageSizes; last: boolean }): Section[] {
  const sections: Section[] = [];
  const asText = (blocks: readonly TextBlock[]) => {
    if (blocks.length > 0) sections.push({ heading: null, units: blocks.flatMap((block) => unitsOf(page.text, block, options.sizes)) });
  };
  for (const block of page.blocks) {
    if (block.kind === 'heading') {
      trail.see(block);
      continue;
    }
    asText(trail.takeSurplus());
    const heading = trail.settle(page.text);
    const units = unitsOf(page.text, block, options.sizes);
    const last = sections.at(-1);
    if (last?.heading === heading && last.units.length > 0) for (const unit of units) last.units.push(unit);
    else sections.push({ heading, units });
  }
  const atFoot = trail.carryOver(page.text);
  if (sections.length === 0 || options.last) asText(atFoot);
  return sections;
}

const wordsIn = (units: readonly Unit[]) => units.reduce((sum, unit) => sum + unit.words, 0);
const lengthFrom = (units: readonly Unit[], last: Unit) => last.end - (units[0] ?? last).start;

/** `…should include:` belongs to the list that it announces. */
function announces(text: string, unit: Unit | undefined): boolean {
  return unit !== undefined && text.slice(unit.start, unit.end).endsWith(':');
}

function pack(text: string, units: readonly Unit[], sizes: PassageSizes): Unit[][] {
  const groups: Unit[][] = [];
  let group: Unit[] = [];
  for (const unit of units) {
    const words = wordsIn(group) + unit.words;
    const room = words <= sizes.target * 1.1 || (wordsIn(group) < sizes.target / 2 && words <= sizes.most);
    if (group.length > 0 && (!room || lengthFrom(group, unit) > mostCharacters)) {
      const carried = group.length > 1 && announces(text, group.at(-1)) ? [group.pop()!] : [];
      groups.push(group);
      group = carried;
    }
    group.push(unit);
  }
  if (group.length > 0) groups.push(group);
  return joinTinyTail(groups, sizes);
}

function joinTinyTail(groups: Unit[][], sizes: PassageSizes): Unit[][] {
  const tail = groups.at(-1);
  const before = groups.at(-2);
  if (!tail || !before || wordsIn(tail) >= sizes.least) return groups;
  const joined = [...before, ...tail];
  if (wordsIn(joined) > sizes.most || lengthFrom(joined, tail.at(-1)!) > mostCharacters) return groups;
  return [...groups.slice(0, -2), joined];
}

/**
 * Cuts a document into passages: never across pages or sections, sentences and items whole where they fit, without
 * overlap, so that every character of a page is in exactly one passage or in the heading of one.
 */
export function cutPassages(pages: readonly ExtractedPage[], sizes: PassageSizes = passageSizes): CutPassage[] {
  const trail = new HeadingTrail();
  const passages: CutPassage[] = [];
  for (const page of pages) {
    for (const { heading, units } of sectionsOf(page, trail, { sizes, last: page === pages.at(-1) })) {
      for (const group of pack(page.text, units, sizes)) {
        const { start } = group[0]!;
        const { end } = group.at(-1)!;
        passages.push({ ordinal: passages.length, page: page.page, heading, text: page.text.slice(start, end), start, end });
      }
    }
  }
  return passages;
}
