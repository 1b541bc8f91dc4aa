import type { Letter, LinkKind } from '@voiceassist/contracts';

export interface LetterText {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** Put behind the first paragraph. */
  readonly url?: string;
}

type Notice = Exclude<Letter, { kind: LinkKind }>;

const ifNotYou = 'If this was not you, change your password at once and tell your administrator.';
const ignore = 'If you did not expect this message, ignore it; nothing happens without the link.';

const linkTexts: Readonly<Record<LinkKind, Omit<LetterText, 'url'>>> = {
  invitation: {
    subject: 'Your account at VoiceAssist',
    paragraphs: ['An account was made for you. Open this page to choose your password:', 'The link works once and for three days.', ignore],
  },
  'password-reset': {
    subject: 'A new password for VoiceAssist',
    paragraphs: ['Somebody, probably you, asked for a new password. Open this page to choose one:', 'The link works once and for 30 minutes. Every device will have to sign in again.', ignore],
  },
  verification: {
    subject: 'Confirm your e-mail address for VoiceAssist',
    paragraphs: ['Open this page to confirm that this address is yours:', 'The link works once and for one day.', ignore],
  },
};

const changes: Readonly<Record<Extract<Notice, { kind: 'factor-changed' }>['change'], string>> = {
  added: 'A second factor was added to your account',
  removed: 'A second factor was removed from your account',
  'recovery-codes-renewed': 'New recovery codes were made for your account, and the old ones end',
  'reset-by-administrator': 'An administrator removed the second factors of your account',
};

const timeOf = (instant: string) => `${instant.slice(0, 16).replace('T', ' ')} UTC`;

/** The text that goes with a link. */
export const linkLetter = (kind: LinkKind, url: string): LetterText => ({ ...linkTexts[kind], url });

/** The text of a message that only tells something. Nothing in it was written by a person. */
export function noticeLetter(notice: Notice): LetterText {
  if (notice.kind === 'new-device') return { subject: 'A new device signed in to VoiceAssist', paragraphs: [`Your account was used on a new device (${notice.device}), ${timeOf(notice.at)}.`, ifNotYou] };
  if (notice.kind === 'password-changed') return { subject: 'Your VoiceAssist password was changed', paragraphs: [`Your password was changed, ${timeOf(notice.at)}. Every device has to sign in again.`, ifNotYou] };
  if (notice.kind === 'already-registered') return { subject: 'Your account at VoiceAssist', paragraphs: [`Somebody, probably you, asked for an account with this address, ${timeOf(notice.at)}. You have one already.`, 'Sign in with it; if you do not know the password, choose a new one with "Forgotten your password?". If it was not you, ignore this message.'] };
  if (notice.kind === 'emergency-opened') return { subject: 'Emergency access was opened in VoiceAssist', paragraphs: [`Somebody opened a locked collection by emergency access, ${timeOf(notice.at)}.`, 'Sign in to see who, what and why, to end it if need be, and to review it afterwards.'] };
  if (notice.kind === 'emergency-overdue') return { subject: 'Reviews of emergency access are overdue in VoiceAssist', paragraphs: [`${notice.reviews} emergency ${notice.reviews === 1 ? 'access waits' : 'accesses wait'} for a review that is overdue, ${timeOf(notice.at)}.`, 'Sign in to review them. Who opened one that stays without a review cannot open another.'] };
  if (notice.kind === 'identity-changed') return { subject: 'Your VoiceAssist sign-in was changed', paragraphs: [`An account at an identity provider was ${notice.change === 'linked' ? 'linked to' : 'removed from'} your account, ${timeOf(notice.at)}.`, ifNotYou] };
  return { subject: 'Your VoiceAssist sign-in was changed', paragraphs: [`${changes[notice.change]}, ${timeOf(notice.at)}.`, ifNotYou] };
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');

/** The same letter as plain text and as simple HTML without anything that is fetched from elsewhere. */
export function renderLetter({ subject, paragraphs, url }: LetterText): { subject: string; text: string; html: string } {
  const [first = '', ...rest] = paragraphs;
  const text = [first, ...(url === undefined ? [] : [url]), ...rest].join('\n\n');
  const link = url === undefined ? [] : [`<p><a href="${escaped(url)}">${escaped(url)}</a></p>`];
  const html = [`<p>${escaped(first)}</p>`, ...link, ...rest.map((paragraph) => `<p>${escaped(paragraph)}</p>`)].join('\n');
  return { subject, text: `${text}\n`, html: `<!doctype html>\n<html lang="en"><body>\n${html}\n</body></html>\n` };
}
