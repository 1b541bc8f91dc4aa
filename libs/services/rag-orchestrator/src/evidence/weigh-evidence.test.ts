import { describe, expect, it } from '@jest/globals';
import { withDefinedShortForms } from '../contextualise/short-forms.js';
import { standaloneQuestion } from '../contextualise/standalone-question.js';
import { checkSentences, verdictOf } from '../verify/verdict.js';
import { abstentionText } from './abstention-text.js';
import { weighEvidence, type EvidencePassage } from './weigh-evidence.js';

const passage = (text: string, documentTitle = 'Guide', heading: string | null = null): EvidencePassage => ({ documentTitle, heading, text });
const isEnough = (text: string, passages: readonly EvidencePassage[], standalone = text) => weighEvidence({ text, standalone }, passages).enough;

const soap = passage('Soap and water should be used when hands are visibly soiled. Otherwise an alcohol-based hand rub is preferred.', 'Hand hygiene');
const kidney = passage('Kidney failure treated with dialysis is called end-stage renal disease (ESRD). Stroke, anemia and depression may follow.', 'Chronic kidney disease');

describe('weighing evidence', () => {
  it('lets pass what a passage speaks of', () => {
    expect(isEnough('When is soap and water preferred over alcohol-based hand rub?', [kidney, soap])).toBe(true);
    expect(isEnough('What is end-stage renal disease?', [kidney])).toBe(true);
    expect(isEnough('What is ESRD?', [kidney, passage('ESRD is more common in men. Many people with ESRD need dialysis.')])).toBe(true);
  });

  it('refuses what the passages only share common words with', () => {
    expect(isEnough('What is the half-life of zolpidem?', [soap, kidney])).toBe(false);
    expect(isEnough('What are the treatments for stroke?', [soap, kidney])).toBe(false);
    expect(isEnough('What is the recommended dose of alcohol?', [])).toBe(false);
    expect(isEnough('???', [soap])).toBe(false);
  });

  it('wants a word of the follow-up itself', () => {
    expect(isEnough('And which zolpidem dose?', [soap], 'When is soap and water preferred over alcohol-based hand rub? And which zolpidem dose?')).toBe(false);
    expect(isEnough('And when visibly soiled?', [soap], 'When is soap and water preferred over hand rub? And when visibly soiled?')).toBe(true);
  });

  it('says what was searched, without references', () => {
    expect(abstentionText([{ name: 'Protocols' }, { name: 'CDC' }], 3)).toMatch(/2 collections: “Protocols”, “CDC”/);
    expect(abstentionText([], 0)).toMatch(/no collection that you may read/);
  });
});

describe('questions in a conversation', () => {
  const earlier = [
    { role: 'user', content: 'What is the first-line drug for hypertension in pregnancy?' }, { role: 'assistant', content: 'Labetalol [1].' },
    { role: 'user', content: 'And what about its dose?' }, { role: 'assistant', content: '100 mg [1].' },
  ] as const;

  it.each(['And how often?', 'Is it safe with asthma?', 'What about methyldopa?', 'How much?', 'Why?'])('puts what it is about in front of “%s”', (question) => {
    expect(standaloneQuestion(question, earlier)).toBe(`What is the first-line drug for hypertension in pregnancy? And what about its dose? ${question}`);
  });

  it.each(['Which vaccines are recommended for splenectomy patients before surgery?', 'When is soap and water preferred over alcohol-based hand rub?'])('leaves “%s” alone', (question) => {
    expect(standaloneQuestion(question, earlier)).toBe(question);
  });

  it('searches for the short forms that passages define', () => {
    expect(withDefinedShortForms('How common is chronic kidney disease?', [{ text: 'Chronic kidney disease (CKD) is common.' }])).toBe('How common is chronic kidney disease? ckd');
    expect(withDefinedShortForms('How common is CKD?', [{ text: 'Chronic kidney disease (CKD) is common.' }])).toBeNull();
  });

  it('has nothing to add to a first question', () => expect(standaloneQuestion('How often?', [])).toBe('How often?'));
});

describe('checking support', () => {
  const source = 'Adults should receive amoxicillin 500 mg every 8 hours for 7 days. Do not give it to patients with penicillin allergy. About 1,500 patients (12.5 %) improved.';
  const verdict = (answer: string) => verdictOf(checkSentences(answer, new Map([[1, source], [2, 'Hands are washed with soap.']])));

  it.each([
    'Adults should receive amoxicillin 500 mg every 8 hours for 7 days [1].', 'Amoxicillin should not be given to patients with penicillin allergy. [1]', 'About 1500 patients improved, that is 12.5% of patients [1].',
    'Here is what the sources say:\n- Adults receive amoxicillin 500 mg every 8 hours [1]\n- Hands are washed with soap [2].', '“Do not give it to patients with penicillin allergy.” [1]',
  ])('supports: %s', (answer) => expect(verdict(answer)).toBe('supported'));

  it.each([
    ['another number', 'Adults should receive amoxicillin 250 mg every 8 hours for 7 days [1].'], ['another unit', 'Adults should receive amoxicillin 500 g every 8 hours for 7 days [1].'],
    ['a negation lost', 'Amoxicillin should be given to patients with penicillin allergy [1].'], ['a negation added', 'Adults should not receive amoxicillin 500 mg every 8 hours [1].'],
    ['other words', 'Azithromycin cures pneumonia in children quickly [1].'], ['no citation', 'Adults should receive amoxicillin 500 mg every 8 hours for 7 days.'], ['the wrong citation', 'Adults should receive amoxicillin 500 mg every 8 hours for 7 days [2].'],
  ])('does not support %s', (_, answer) => expect(verdict(answer)).toBe('partly'));
});
