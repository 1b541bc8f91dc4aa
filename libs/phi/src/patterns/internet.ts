import { around, finderOf, type Finder } from './finder.js';

const topLevel = 'com|org|net|edu|gov|mil|int|info|biz|io|health|care|clinic|app|dev|me|us|uk|ca|de|fr|es|it|nl|se|no|dk|fi|pl|cz|hu|at|ch|be|ie|pt|br|mx|au|nz|in|jp|cn|kr|ru|za|eu|example|test|local';

const emails = finderOf(/(?<![\w.+-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[\p{L}\d-]{1,63}\.){1,6}[\p{L}]{2,24}(?![\p{L}\d])/gu, 'email', () => 0.99);
const schemed = finderOf(/(?<!\w)(?:https?|ftps?|sftp|wss?):\/\/[^\s<>"'`{}|\\^]{1,2000}/gi, 'url', ({ 0: found, index }) => ({
  start: index, end: index + found.replace(/[.,;:!?)\]]+$/, '').length, kind: 'url', score: 0.98,
}));
const bare = finderOf(
  new RegExp(`(?<![\\w@./-])(?:www\\.[a-z0-9-]{1,63}(?:\\.[a-z0-9-]{1,63}){1,5}|(?:[a-z0-9-]{1,63}\\.){1,5}(?:${topLevel})(?=[/:\\s,;.!?)"']|$))(?::\\d{2,5})?(?:/[^\\s<>"'\`)]{0,500})?`, 'gi'),
  'url',
  ({ 0: found, index }) => {
    const trimmed = found.replace(/[.,;:!?)\]]+$/, '');
    // «e.g. it.is» and «pt.in» are slips of typing: a bare domain has a label of some length, or a path
    const label = trimmed.split(/[/:]/)[0]?.split('.').at(-2) ?? '';
    return trimmed.startsWith('www.') || /\//.test(trimmed) || (label.length >= 3 && trimmed === trimmed.toLowerCase() && !/^\d+$/.test(label)) ? { start: index, end: index + trimmed.length, kind: 'url', score: 0.85 } : 0;
  },
);

const octets = finderOf(/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)(?:\/\d{1,2}(?!\d))?/g, 'ip', ({ 0: found }) => (found.split(/[./]/).slice(0, 4).every((part) => Number(part) <= 255) ? 0.95 : 0));
const sextets = finderOf(/(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,6}(?![\w:])|(?<![\w:])(?:[0-9a-f]{1,4}:){1,6}:(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,5})?(?![\w:])/gi, 'ip', ({ 0: found }) => (/^\d{1,2}:\d{2}(?::\d{2})?$/.test(found) || /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(found) ? 0 : 0.9));

/** E-mail, web and network addresses. */
export const internetFinders: readonly Finder[] = [
  around(/@/g, 220, emails), schemed, around(new RegExp(`www\\.|\\.(?:${topLevel})(?![A-Za-z0-9-])`, 'gi'), 520, bare), octets, around(/[\da-f]::?[\da-f]{1,4}:|::/gi, 48, sextets),
];
