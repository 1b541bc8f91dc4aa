import { describe, expect, it } from '@jest/globals';
import { findPhi } from './find-phi.js';

/** What stands in brackets has to be covered, nothing else may be touched. Written for this project; nobody's data. */
const lines = [
  'Pt. [Kowalski], [Linda] seen [7/3/24] by NP [Okafor]; RTC [Aug 14].',
  'Radiology report. Patient [Diego Castillo], exam date [03-14-2025], accession [24-118822]. Compared with [February 2024].',
  'Called pt at home [(555) 201-8890], no answer; left message w/ son [Marcus].',
  'Hello Dr. [Nakamura], this is [Tanya Brooks], DOB [11/02/77]. My pharmacy is on [Elm Street] in [Savannah].',
  'PCP: [Whitfield]. Cardiologist: [H. Venkataraman], MD. Emergency contact - [Rosa Delgado] [212-555-0188].',
  'Mr. [Abernathy]\'s wife says he fell last [Tuesday].',
  'Death certificate: [Eleanor Whitcombe], expired [1/9/2025] at 0345, age [94].',
  'Blue Cross ID [XEA884512345], group [88812], policy holder [Jonathan Reyes].',
  'Pacemaker model A3DR01 serial [PJN4418820] implanted [10/2/19].',
  'Lives at [118 W. 14th Street, Apt 3C], [New York, NY 10011].',
  'Transferred from [Bayview Nursing Home] in [Ocala].',
  'The driver, license [S530-4608-8912], was in a vehicle with VIN [2HGES16575H512345].',
  'Email: [j.reyes88@webmail.example.net]; site [www.reyesfamily.example.org]; IP [10.44.2.19].',
  'Social worker [Dana Whitfield] met with family, including daughter [Simone], on [Monday].',
  'Surgeon [Takahashi] to review. Anesthesia: Dr. [Boateng]. Scrub nurse [Lopez].',
  '[Johnson], [Will] is a 45 yo M. [Johnson] has had a fall.',
  'Patient name: [GRACE, APRIL]. Account # [AC-99-10233]. Medical Record Number: [000-44-8812].',
  'I am writing about my mother, [Agnes Murphy], who turned [93] in [June].',
  'To: [Priscilla Adeyemi], RN. From: [Tom Baker], MD. Re: [Chidi Obi] - MRN [4410023].',
  'Follow-up w/ Dr. [Singh] in 2 weeks at the [Eastgate Clinic].',
  'Ins: Aetna; member no. [W188233910]. Medicaid # [AB12345C].',
  'Pt\'s neighbor, [Hank Ferreira], drove him from [Dubuque].',
  'HbA1c on [3/2024] was 8.1; repeat [06/01] 7.4.',
  'Seen in clinic [12 Mar], next [19th April 2025], labs [2025/03/12].',
  'Note electronically signed by [Meredith Vance], DO on [04/05/2025 14:22].',
  'Interpreter ID [55812] used. Wristband [W-200199]. Specimen [S25-00412].',
  'Caregiver [Tuan Nguyen]\'s cell: [714.555.0123]. Work fax [714-555-0144].',
  'She is a retired teacher from [Cedar Rapids], widowed; husband [Walter] died 2011.',
  'Baby boy [Hernandez] born at [Mercy General Hospital] on [5/5/25].',
  'Ms [Chen] (chart [55-12-908]) asked whether Dr [Park] got her MRI.',
  'Certificate number [RN-448812], NPI: [1679576722], DEA number [MV1234563].',
  'Plate [8XYZ221], CA driver\'s license [D4418821].',
  'Voice sample ID [VS-4410], fingerprint ID [FP-00912], see photo [IMG_4412.JPG].',
  'Ship to [PO Box 4412], [Tulsa OK 74101].',
  'Patient [Youssef] reports pain. [Youssef] denies fever. His brother [Karim] agrees.',
  '[Ngozi A. Eze-Williams] presented to the ED with chest pain.',
  'Dx: Lou Gehrig\'s disease. Hx of Bell\'s palsy, Down syndrome, Addison\'s, Paget disease of breast, Wegener\'s.',
  'Started on Lasix 40 mg IV BID, Coumadin 5 mg, Keppra 500 mg, Humalog sliding scale, Z-Pak.',
  'Denies SOB, CP. Lungs CTA. Abdomen soft. Extremities: no edema. Neuro: CN II-XII intact.',
  'BP 118/76, HR 72, RR 16, Temp 98.6 F, Wt 82.5 kg, Ht 175 cm, BMI 26.9, FiO2 40%, PEEP 5.',
  'Plan: Continue Metoprolol. Recheck CBC in AM. Consult Cardiology. Physical Therapy to see.',
  'Allergies: Penicillin (rash), Sulfa, Latex. Immunizations: Tdap, Prevnar 13, Shingrix.',
  'Gleason 3+4=7, T2N0M0, PSA 8.4. ECOG 1. Karnofsky 80. NIHSS 12. MELD 18. APACHE II 22.',
  'Foley to gravity, Swan-Ganz removed, Hickman line in place, Jackson-Pratt drain 30 mL.',
  'Social History: Lives with spouse. Occasional Alcohol. Former Smoker, 20 pack-years. Works in Construction.',
  'Patient Education: Reviewed Warning Signs. Return To ED For Chest Pain.',
  'Mother had Breast Cancer at 52; Father had Hypertension. Sister with Lupus.',
  'Rinne and Weber tests normal. Romberg negative. Trendelenburg positive. Tinel and Phalen negative.',
];

function read(marked: string): { text: string; wanted: { start: number; end: number; value: string }[] } {
  const wanted: { start: number; end: number; value: string }[] = [];
  let text = '';
  let from = 0;
  for (const { 0: whole, 1: value = '', index } of marked.matchAll(/\[([^[\]]+)\]/g)) {
    text += marked.slice(from, index);
    wanted.push({ start: text.length, end: text.length + value.length, value });
    text += value;
    from = index + whole.length;
  }
  return { text: text + marked.slice(from), wanted };
}

describe('lines of notes', () => {
  it.each(lines)('%s', (marked) => {
    const { text, wanted } = read(marked);
    const found = findPhi(text);
    const missed = wanted.filter(({ start, end }) => !found.some((span) => span.start <= start && span.end >= end)).map(({ value }) => value);
    const inVain = found.filter((span) => !wanted.some(({ start, end }) => span.start < end && span.end > start)).map(({ start, end }) => text.slice(start, end));
    expect({ missed, inVain }).toEqual({ missed: [], inVain: [] });
  });
});
