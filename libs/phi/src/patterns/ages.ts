import { finderOf, groupSpan, type Finder } from './finder.js';

const old = '(?:9\\d|1[0-2]\\d)';
const tens = 'ninety(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?|one hundred(?:(?: and)?[- ](?:one|two|three|four|five|six|seven|eight|nine|ten))?|a hundred(?: and (?:one|two|three|four|five))?';
const found = { kind: 'age', score: 0.92 } as const;

const before = finderOf(new RegExp(`(?<![\\d./,-])(?<age>${old}|${tens})(?=[ -]{0,2}(?:y(?:ea)?rs?|y)?[- /.]{0,2}(?:(?:years?|yrs?)[- ]{0,2}(?:of[- ]age|old|young)|y\\.?[/ -]?o\\b\\.?|yo\\b|year[- ]olds?|jährig))`, 'gid'), 'age', (match) => groupSpan(match, 'age', found));
const after = finderOf(new RegExp(`\\b(?:aged?|age is|age of|turn(?:ed|ing|s)?|is now|age[:=]|years of age[:=]?|celebrated (?:his|her|their))[ :=]{1,3}(?<age>${old}|${tens})(?:th|st|nd|rd)?(?![\\d%]|[.,]\\d|[ ]?(?:mg|mcg|ml|mm|kg|lb|bpm|units?|degrees|percent|minutes|hours|days|weeks|months))`, 'gid'), 'age', (match) => groupSpan(match, 'age', found));
/** 92F, 95 M, (97/F): the letter stands for the sex. */
const withSex = finderOf(new RegExp(`(?<![\\d./,-])(?<age>${old})[ /-]?(?:[MF]\\b|(?:male|female|man|woman|gentleman|lady)\\b)(?![/°])`, 'gd'), 'age', (match) => groupSpan(match, 'age', { kind: 'age', score: 0.8 }));
const decade = finderOf(/(?<=\bin (?:his|her|their|my) )(?:(?:early|mid|late)[- ])?(?:90s|nineties)\b/gi, 'age', () => 0.8);

/** Ages over 89: only the number is marked. */
export const ageFinders: readonly Finder[] = [before, after, withSex, decade];
