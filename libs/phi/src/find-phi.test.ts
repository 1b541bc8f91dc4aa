import { describe, expect, it } from '@jest/globals';
import { findPhi } from './find-phi.js';
import type { PhiKind } from './kinds.js';

const marks = /\{(?<kind>[a-z]+) (?<value>[^{}]+)\}/g;

interface Wanted {
  readonly kind: PhiKind;
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** «Seen by {name Okafor}»: the text without braces, and what has to be found in it. */
function read(marked: string): { text: string; wanted: readonly Wanted[] } {
  const wanted: Wanted[] = [];
  let text = '';
  let from = 0;
  for (const { 0: whole, index, groups } of marked.matchAll(marks)) {
    text += marked.slice(from, index);
    const value = groups?.['value'] ?? '';
    wanted.push({ kind: groups?.['kind'] as PhiKind, value, start: text.length, end: text.length + value.length }); // written by hand in the lines below
    text += value;
    from = index + whole.length;
  }
  return { text: text + marked.slice(from), wanted };
}

/** What is not found, wrongly named or found in vain; empty when all is well. */
function faults(marked: string): string[] {
  const { text, wanted } = read(marked);
  const found = findPhi(text);
  const missed = wanted.flatMap(({ kind, value, start, end }) => {
    const covering = found.find((span) => span.start <= start && span.end >= end);
    if (!covering) return [`missed ${kind} «${value}»`];
    return covering.kind === kind ? [] : [`${covering.kind} instead of ${kind} «${value}»`];
  });
  const vain = found.filter((span) => !wanted.some(({ start, end }) => span.start < end && span.end > start)).map(({ kind, start, end }) => `in vain ${kind} «${text.slice(start, end)}»`);
  return [...missed, ...vain];
}

const notes: Record<string, readonly string[]> = {
  names: [
    'Spoke with pt\'s brother {name Kwame}, who will bring the list.',
    'Daughter {name Ngozi} at bedside. {name Ngozi} agrees.',
    'Signed: {name J. Okafor}, RN',
    'PATIENT NAME: {name SMITH, JOHN A}',
    'Seen by {name Adaeze Nwosu}, PA-C, and by {name Dr. Butcher}'.replace('{name Dr. Butcher}', 'Dr. {name Butcher}'),
    'Mr. and Mrs. {name Delacroix-Hart} were told. {name Delacroix-Hart} declined.',
    'Cc: {name Yusuf Al-Masri}, MD; {name Björn Lindqvist}',
    'Dear Ms. {name Oyelaran},\nYour scan is normal.\n\nSincerely,\n{name Thuy Pham}',
    'Interpreter {name Marisol Vega} present throughout.',
    'The patient, {name Grace Young}, is a 54-year-old woman.',
    'Next of kin: {name Siobhan O\'Malley} (wife).',
    'my name is {name wojciech lewandowski} and i need a refill',
    'Case discussed with {name Zimmermann} in cardiology.',
    'Under the care of Dr {name de la Cruz} since the stroke.',
    '{name Rahul Mehta} was admitted for chest pain. {name Mehta} denies smoking.',
    'Pt {name Rose} tolerated the drug; {name Rose} was told to return.',
    'Hi, this is {name Emeka}. Can I take ibuprofen?',
    '-- {name Tomoko}',
    'Surgeon: {name Will Long}. Assistant: {name May Price}.',
    '{name Grace Young} was seen today. {name LINDA JOHNSON} was admitted. {name Long, Will} was seen in {facility Lakeview Clinic}.',
    'Next visit with {name Smith}, nephrology. {name Kowalczyk} will drive her home.',
    'I reviewed the films with Drs. {name Chen} and {name Abernathy}.',
    'Emergency contact: {name Kaur, Simran} (sister)',
    'Consult requested by {name Henrik Sørensen}; thanks, {name Amara}.',
  ],
  traps: [
    'Crohn\'s disease, Parkinson disease, Cushing syndrome, Hodgkin lymphoma and Graves ophthalmopathy.',
    'Heart Failure with Reduced Ejection Fraction, NYHA Class III. Chronic Kidney Disease Stage 3.',
    'Babinski sign negative, Foley catheter, Glasgow Coma Scale 15, Apgar 9, Murphy sign, McBurney point.',
    'Metoprolol 25 mg twice daily, Warfarin 5 mg, Lantus 20 units, Augmentin 875/125 mg, Tylenol 500 mg.',
    'Na 138, K 4.2, Cl 101, glucose 512 mg/dL, HbA1c 8.4%, BP 148/92, HR 88, SpO2 97%, T 38.9 C, pH 7.12, platelets 250,000.',
    'A 64-year-old man; a 7-month-old; aged 89; 45 y/o F; given at 14:35 on hospital day 2.',
    'Strength 5/5, pain 3/10, vision 20/40, 1/2 tablet, ratio 3:1, 12-lead ECG, T4 0.6, C5-C6, L4/L5.',
    'The Wells score, Ottawa ankle rules, Child-Pugh class B, Kaplan-Meier curve and the Framingham risk score.',
    'In 2019 the trial enrolled 12,000 patients at a cost of $1,500,000 (PMID 30415601).',
    'Take One Tablet By Mouth Daily With Food. Do Not Crush. Keep Out Of Reach Of Children.',
    'Charcot-Marie-Tooth disease, Ehlers-Danlos syndrome, von Willebrand disease, Guillain-Barré syndrome.',
  ],
  dates: [
    'Admitted {date 06/15/2024}, discharged {date 15-Jun-2024}; seen {date 2024-06-20} and on {date 3/14}.',
    'Born on the {date 3rd of March 1951}, moved in {date August 2025}, died in {date March}.',
    'DOB {date 4/24/89}. Surgery {date Sept. 5}, next visit {date Tuesday}.',
    'Sample taken {date 20240615}, result {date 2024-06-15T14:33:00Z}, valid {date June 3-5, 2024}.',
    'He is a {age 92}-year-old, his wife is {age 101} years old; age: {age 95}; {age ninety-four}-year-old sister.',
  ],
  contact: [
    'Call {phone (617) 555-0123} or {phone +44 20 7946 0958}, cell {phone 617.555.0199 ext. 4}; fax {fax 617-555-0177}.',
    'Fax: {fax (212) 555-0111}, phone: {phone 2125550112}; pager {phone 48213}.',
    'Mail {email o.malley+kin@clinic.example.org}, see {url https://portal.example.org/u/17?x=1} from {ip 192.168.4.17} or {ip 2001:db8::8a2e:370:7334}.',
    'She lives at {place 3843 Maple Street, Apt 4B}, {place Dayton, OH 45402}.',
    'Home: {place PO Box 118}; lives in {place El Paso}, born in {place Tacoma}, zip code {place 02139}.',
    'Moved to {place Lindenhurst} from {place Worcester}; seen at {facility Mercy Valley Hospital}.',
  ],
  numbers: [
    'SSN {ssn 610-72-2451}, social security number {ssn 610722451}, last four of SSN {ssn 2451}.'.replace('last four of SSN {ssn 2451}', 'SSN ending in {ssn 2451}'),
    'MRN: {record 8991-8134}, medical record number {record A0042917}, chart no. {record 725-79-51}.',
    'Medicare {plan 1EG4-TE5-MK73}, member ID {plan XYZ123456789}, group number {plan 00451}.',
    'Acct {account 3968424277}, card {account 4111 1111 1111 1111}, IBAN {account GB82 WEST 1234 5698 7654 32}.',
    'NPI {licence 1234567893}, DEA {licence AB1234563}, driver\'s license {licence D123-4567-8901}, passport no {licence X1234567}.',
    'VIN {vehicle 1HGCM82633A004352}, license plate {vehicle 7ABC123}, plate {vehicle DMR-2656}.',
    'Pacemaker serial number {device PJN482113H}, device id {device DX-2201-77}, MAC {device 00:1B:44:11:3A:B7}, {device SN A458093Z}.',
    'Voiceprint ID {biometric VP-88213}, fingerprint template {biometric FT0099812}; photo {photo face_0042.jpg}.',
    'Accession {code S24-10233}, study ID {code TRIAL-0042}, order no. {code 5512345}, device token {code 550e8400-e29b-41d4-a716-446655440000}.',
  ],
};

describe.each(Object.entries(notes))('%s', (_, lines) => {
  it.each(lines)('%s', (marked) => {
    expect(faults(marked)).toEqual([]);
  });
});
