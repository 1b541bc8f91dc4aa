/** What a piece of personal health information is; one or more kinds for each class of 45 CFR 164.514(b)(2)(i). */
export const phiKinds = [
  'name', 'place', 'date', 'age', 'phone', 'fax', 'email', 'ssn', 'record', 'plan', 'account', 'licence', 'vehicle', 'device', 'url', 'ip', 'biometric', 'photo', 'code', 'facility',
] as const;
export type PhiKind = (typeof phiKinds)[number];

/** The letter of the Safe Harbor class; null for care facilities, which are not in its list by themselves. */
export const safeHarborClasses: Readonly<Record<PhiKind, string | null>> = {
  name: 'A', place: 'B', date: 'C', age: 'C', phone: 'D', fax: 'E', email: 'F', ssn: 'G', record: 'H', plan: 'I', account: 'J', licence: 'K', vehicle: 'L', device: 'M', url: 'N', ip: 'O',
  biometric: 'P', photo: 'Q', code: 'R', facility: null,
};

/** A found piece: `start` and `end` (exclusive) count UTF-16 units; `score` from 0 to 1 says how sure the finder is. */
export interface PhiSpan {
  readonly start: number;
  readonly end: number;
  readonly kind: PhiKind;
  readonly score: number;
}
