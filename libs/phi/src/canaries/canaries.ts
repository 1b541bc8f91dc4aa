import type { PhiKind } from '../kinds.js';

/** An invented value that stands nowhere by chance: where a search finds it, it has leaked. */
export interface PhiCanary {
  readonly kind: PhiKind;
  readonly safeHarborClass: string;
  readonly value: string;
  /** What a search for leaks looks for: the value, with something more where it is too short to be rare. */
  readonly trace: string;
  /** A sentence that holds the value as a clinician would write it. */
  readonly sentence: string;
}

const canary = (safeHarborClass: string, kind: PhiKind, { value, trace = value, sentence }: { value: string; trace?: string; sentence: string }): PhiCanary => ({ kind, safeHarborClass, value, trace, sentence: sentence.replace('%', value) });

/** One canary or more for each of the 18 Safe Harbor classes, for tests that look for leaks. Nobody's data. */
export const phiCanaries: readonly PhiCanary[] = [
  canary('A', 'name', { value: 'Zephyrine Quandtworth', sentence: 'Patient: %.' }),
  canary('B', 'place', { value: '90417 Quillfeather Lane', sentence: 'She lives at %.' }),
  canary('C', 'date', { value: '02/29/1932', sentence: 'DOB: %.' }),
  canary('C', 'age', { value: '107', trace: '107-year-old', sentence: 'She is a %-year-old woman.' }),
  canary('D', 'phone', { value: '(605) 555-0147', sentence: 'Phone: %.' }),
  canary('E', 'fax', { value: '605-555-0198', sentence: 'Fax: %.' }),
  canary('F', 'email', { value: 'zq.quandtworth@canary.example', sentence: 'E-mail %.' }),
  canary('G', 'ssn', { value: '219-09-9973', sentence: 'SSN %.' }),
  canary('H', 'record', { value: 'MR99041773', sentence: 'MRN %.' }),
  canary('I', 'plan', { value: 'QZX904177351', sentence: 'Medicare number %.' }),
  canary('J', 'account', { value: '9041773520', sentence: 'Account number %.' }),
  canary('K', 'licence', { value: 'ZQ-4417-9035', sentence: "Driver's license %." }),
  canary('L', 'vehicle', { value: 'ZQX-9041', sentence: 'License plate %.' }),
  canary('M', 'device', { value: 'PZQ904177H', sentence: 'Pacemaker serial number %.' }),
  canary('N', 'url', { value: 'https://portal.canary.example/u/zq90417', sentence: 'Her page is %.' }),
  canary('O', 'ip', { value: '203.0.113.217', sentence: 'She wrote from %.' }),
  canary('P', 'biometric', { value: 'VPZQ-90417', sentence: 'Voiceprint ID %.' }),
  canary('Q', 'photo', { value: 'face_zq90417.jpg', sentence: 'Full-face photo %.' }),
  canary('R', 'code', { value: 'ACZ24-904177', sentence: 'Accession %.' }),
];

/** All canaries in one note. */
export const canaryNote = phiCanaries.map(({ sentence }) => sentence).join(' ');
