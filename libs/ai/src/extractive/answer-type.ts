import { termsOf } from '../text/terms.js';

/** What form an answer is likely to have, read off the question's own words. */
export type AnswerType = 'share' | 'extreme' | 'quantity' | 'time' | 'permission' | 'reason' | 'definition' | 'action' | 'entity';

const forms: readonly (readonly [AnswerType, RegExp])[] = [
  ['share', /\b(?:what|which)\b.{0,30}\b(?:share|percentages?|percent|proportion|fraction|rate|prevalence)\b|\bpercentages?\b|\bhow common\b/i],
  ['extreme', /\b(?:highest|lowest|most common|largest|smallest|greatest|least|main|major)\b/i],
  ['quantity', /\bhow (?:many|much|often|long|old|high|low|large|fast|soon|far|frequent(?:ly)?)\b|\b(?:dose|dosage|dosing|duration|interval|threshold|cut-?off|target|maximum|minimum|range|number|value|amount)\b/i],
  ['time', /^\W*(?:and |but |so )?when\b|\bat what (?:time|age|point|stage)\b/i],
  ['reason', /\bwhy\b|\bwhat causes?\b|\bcaused? by\b|\breasons?\b/i],
  ['definition', /^\W*what (?:is|are) (?:an? |the )?[\p{L}\s-]{2,40}\?*$|\bdefin(?:e|ition)\b|\bmeant by\b/iu],
  ['action', /\bwhat (?:should|must|to do|do i do|can be done|steps?)\b|\bhow (?:should|do|to|can|is|are)\b|\bmanage(?:ment|d)?\b|\btreat(?:ment|ed)?\b/i],
  ['permission', /^\W*(?:and |but |so )?(?:may|can|should|must|is|are|does|do|could|will|has|have)\b/i],
];

const signs: Record<AnswerType, RegExp> = {
  share: /\d\s?%|\bper ?cent\b|\b\d+ in (?:every )?\d|\b(?:half|third|quarter|majority)\b/i,
  extreme: /\b(?:more|most|higher|highest|lower|lowest|less|least|greater|greatest|larger|largest|main|major|than)\b/i,
  quantity: /\d/,
  time: /\b(?:when|whenever|after|before|during|until|within|upon|prior to|immediately|every|once|if)\b|\d+ (?:hours?|days?|weeks?|months?|minutes?|years?)/i,
  permission: /\b(?:may|must|should|shall|can|cannot|not|never|only|except|unless|required?|prohibited|contraindicated|recommended|avoid|allowed|permitted)\b/i,
  reason: /\b(?:because|due to|caused? by|causes?|results? (?:from|in)|owing to|leads? to|reasons?|therefore|since)\b/i,
  definition: /\b(?:is|are) (?:an?|the|defined)\b|\brefers? to\b|\bmeans?\b|\bdefined as\b|\bcalled\b|\bknown as\b/i,
  action: /\b(?:should|must|recommend(?:ed|s)?|use|ensure|consider|give|start|stop|avoid|perform|consult|notify|administer|treat(?:ed|ment)?|require[ds]?)\b/i,
  entity: /(?!)/,
};

export function answerTypesOf(question: string): AnswerType[] {
  const found = forms.filter(([, form]) => form.test(question)).map(([type]) => type);
  return found.length > 0 ? found : ['entity'];
}

/** Words that only name the form of the answer; a figure with a percent sign answers `what percentage` without saying so. */
const formWords: Partial<Record<AnswerType, ReadonlySet<string>>> = {
  share: new Set(termsOf('percentage percent percentages share proportion fraction rate prevalence common')),
  extreme: new Set(termsOf('highest lowest largest smallest greatest least group')),
  quantity: new Set(termsOf('number value amount')),
};

export function isFormWord(term: string, types: readonly AnswerType[]): boolean {
  return types.some((type) => formWords[type]?.has(term) === true);
}

/** Share of the asked forms that a sentence shows, 0 to 1. */
export function showsAnswerTypes(sentence: string, types: readonly AnswerType[]): number {
  return types.filter((type) => signs[type].test(sentence)).length / types.length;
}
