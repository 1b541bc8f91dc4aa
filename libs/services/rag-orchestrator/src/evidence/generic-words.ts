import { termsOf } from '@voiceassist/ai';

/**
 * Words that questions are made of whatever they ask about: they frame a question and are found in nearly every document.
 * No diseases, drugs, organs or procedures: those decide what a question is about.
 */
const words = [
  'symptom sign treat treated treatment therapy therapeutic cause risk factor person people patient adult child children woman women man men human',
  'disease disorder condition syndrome health healthy medical medicine clinical care common rare effect effective effectiveness efficacy efficacious affect affected',
  'use used useful using role type kind form group class information research study studies trial outlook prognosis diagnose diagnosis diagnosed diagnostic test testing',
  'detect find found prevent prevention complication inherited change help important difference different associated association related relation relationship link linked',
  'increase increased decrease decreased reduce reduced high higher highest low lower lowest level large small long short early late major main best better good worse new old',
  'number many percentage percent share proportion estimated recommended recommendation preferred guideline facility method procedure technique tool way',
  'definition define overview frequency often happen get become work take taken made make need necessary exist available possible potential known know considered',
  'mechanism action function functional approved approval company develop developed development produce drug medication target active activity involved molecule molecular',
  'include included contain evaluate evaluated evaluation assess assessment measure measured measurement scale score classified classification area region body normal',
  'response outcome result influence impact predict predictor prediction improve benefit play alter lead safe safety feasible reliable accurate appropriate adequate',
  'current worth really key value practice setting community routine general primary secondary first second last time characteristic feature basis aim purpose reason',
  'cost quality analysis based data case population year day month week age name summarize describe discuss compare comparison contribute exceed done give given live living',
];

export const genericTerms: ReadonlySet<string> = new Set(termsOf(words.join(' ')));
