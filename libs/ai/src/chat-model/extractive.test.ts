import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ChatPassage } from './chat-model.js';
import { partsOf, textOf } from './chat-model.conformance.js';
import { ExtractiveChatModel } from './extractive.chat-model.js';
import { withoutReferenceNumbers } from '../text/reference-numbers.js';
import { sentencesOf, splitSentences } from '../text/sentences.js';

async function answer(question: string, texts: readonly (string | Partial<ChatPassage>)[]): Promise<string> {
  const passages = texts.map((text, index): ChatPassage => {
    const own = typeof text === 'string' ? { text } : text;
    return { marker: index + 1, title: 'Guideline', heading: null, page: 1, score: 1 - index / 20, text: '', ...own };
  });
  const request = { question, standaloneQuestion: question, history: [], passages, maxAnswerTokens: 500 };
  return textOf(await partsOf(new ExtractiveChatModel().stream(request, new AbortController().signal)));
}

const hygiene = [
  'Key recommendations for hand hygiene in', 'outpatient settings:', '1. Key situations where hand hygiene', 'should be performed include:', 'a. Before contact with a patient.',
  'b. After removal of personal protective', 'equipment (PPE).', '2. Use soap and water when hands are', 'visibly soiled (e.g., blood, body fluids),', 'or after caring for patients with known',
  'or suspected Clostridium difficile.', 'Otherwise, the preferred method is an alcohol-based', 'hand rub.', 'Personal Protective Equipment', 'Personal Protective Equipment (PPE) refers to', 'wearable equipment.',
].join('\n');

describe('splitting clinical text', () => {
  it('keeps abbreviations, decimals and initials whole', () => {
    expect(splitSentences('Give 0.5 mg (approx. 1 mL, e.g. slowly). Dr. J. Smith agrees vs. others. T. bovei was used.')).toEqual([
      'Give 0.5 mg (approx. 1 mL, e.g. slowly).', 'Dr. J. Smith agrees vs. others.', 'T. bovei was used.',
    ]);
    expect(splitSentences('They comprise 70.\n51 % of the oil. The rest is small.')).toHaveLength(2);
  });

  it('reads lists, drops headings and rows of figures', () => {
    const sentences = sentencesOf(`${hygiene}\nPercentage\n18–44\n38.1 12.4 6.0\nMore text stands here.`, null);
    const texts = sentences.map(({ text }) => text);
    expect(texts).toContain('Use soap and water when hands are visibly soiled (e.g., blood, body fluids), or after caring for patients with known or suspected Clostridium difficile.');
    expect(texts).not.toContain('Personal Protective Equipment');
    expect(texts.join(' ')).not.toContain('38.1');
    expect(sentences.find(({ text }) => text.startsWith('Before contact'))?.kind).toBe('item');
  });

  it('closes words broken at a line', () => {
    expect(sentencesOf('It is anti-\nmutagenic in every case.', null)[0]?.text).toBe('It is anti-mutagenic in every case.');
  });

  it('splits right-to-left and full-width text', () => {
    expect(splitSentences('ما هي الجرعة؟ الجرعة هي 5 ملغ. تؤخذ يوميا.')).toHaveLength(3);
  });
});

describe('extractive answers', () => {
  it('quotes the sentence that answers, with the one it leans on', async () => {
    const text = await answer('When is soap and water preferred over alcohol-based hand rub?', [hygiene, 'Gloves are worn for contact with blood. They are changed between patients.']);
    expect(text).toContain('“Use soap and water when hands are visibly soiled (e.g., blood, body fluids), or after caring for patients with known or suspected Clostridium difficile.” [1]');
    expect(text).not.toContain('Gloves');
  });

  it('prefers the form of answer that is asked for', async () => {
    const text = await answer('What share of adults with CKD do not know it?', ['CKD is often not known to adults. As many as 9 in 10 adults with CKD do not know they have CKD.']);
    expect(text.startsWith('“As many as 9 in 10') || text.includes('9 in 10')).toBe(true);
  });

  it('understands short forms that the passages define', async () => {
    const text = await answer('How many people live with end-stage renal disease?', ['Kidney failure is called end-stage renal disease (ESRD).', 'Nearly 786,000 people are living with ESRD. Dialysis is needed for survival.']);
    expect(text).toContain('786,000');
  });

  it('does not repeat itself and stays short', async () => {
    const same = 'Aspirin 75 mg daily is recommended after stroke.';
    const text = await answer('Which dose of aspirin is recommended after stroke?', [same, same, same, ...new Array<string>(8).fill(`${same} Blood pressure is measured every week after stroke.`)]);
    expect(text.match(/Aspirin 75 mg/g)).toHaveLength(1);
    expect(text.match(/”/g)?.length).toBeLessThanOrEqual(5);
  });

  it('leaves out the document\'s own reference numbers, which would read as our citations', async () => {
    const text = await answer('What does metformin lower?', ['Metformin lowers hepatic glucose production [1, 2] in adults [3–6].']);
    expect(text).toBe('“Metformin lowers hepatic glucose production in adults.” [1]');
  });

  it('says nothing when no passage shares a word with the question', async () => {
    expect(await answer('Zolpidem half-life?', ['Hands are washed with soap.'])).toBe('');
  });

  it('joins no words over a number on a line of its own, which may be a page or a dose', async () => {
    const said = await answer('How much zephyrol is given to adults?', ['Adults with fever are given zephyrol\n5\nmg three times a day after meals. Zephyrol is kept dry.']);
    expect(said).not.toMatch(/zephyrol mg/);
    expect(said).toContain('are given zephyrol');
  });

  it('quotes only what stands in the cited passage, whatever the passages are', async () => {
    const words = ['Dose', 'the', 'patient', '5', 'mg', '0.5', 'e.g.', 'Dr.', 'CKD', '(CKD)', '[12]', '•', 'a.', '2.', 'and', 'soap:', 'hands.', 'Stop!', 'why?', '\n', '\n\n', '| x |', '# Head', 'anti-\nviral', '38.1 %', 'جرعة', '用量。', '“said”', '”', '[1]', '-'];
    const text = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((all) => all.join(' '));
    const bare = (value: string) => withoutReferenceNumbers(value).replace(/\s+/g, '');
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 6 }), async (texts) => {
        const said = await answer('Dose of CKD patient hands soap 5 mg?', texts);
        const quotes = [...said.matchAll(/“((?:(?!” \[\d+\]).)*)” \[(\d+)\]/gs)];
        expect(said.replace(/“((?:(?!” \[\d+\]).)*)” \[(\d+)\]/gs, '').trim().replace(/[-\s]/g, '')).toBe('');
        for (const [, quote = '', marker] of quotes) expect(bare(texts[Number(marker) - 1] ?? '')).toContain(quote.replace(/\s+/g, ''));
      }),
      { numRuns: 500 },
    );
  });
});
