import type { PhiKind } from '../kinds.js';

/** What stands before an identifier: `sure` words need nothing more; `numbered` ones need «number», «no», «#» or «id» behind them. Words only, small. */
export interface IdentifierLabels {
  readonly kind: PhiKind;
  readonly sure: string;
  readonly numbered: string;
  /** Fewest characters of the value where no number word stands before it. */
  readonly shortest: number;
}

export const identifierLabels: readonly IdentifierLabels[] = [
  {
    kind: 'record', shortest: 4,
    sure: 'mrn|emrn|m r n|emr|ehr id|mr #|medical record|medical records|med rec|med record|chart|empi|csn|fin|patient id|pat id|patid|patientid|pt id|patient identifier|urn|hospital id|record id|epic id|har|health record|emr id',
    numbered: 'mr|patient|pt|hospital|unit|record|file|encounter|visit|admission|episode|clinic|case file|hosp|dossier|chart|medical record',
  },
  {
    kind: 'plan', shortest: 5,
    sure: 'medicare|medicaid|medi-cal|mbi|hic|hicn|insurance|insurance id|subscriber|member|member id|policy|beneficiary|bcbs|blue cross|blue shield|blue cross blue shield|aetna|cigna|humana|united health|united healthcare|unitedhealthcare|kaiser|tricare|champva|anthem|molina|centene|payer|rx bin|rxbin|rx grp|rxgrp|rx pcn|rxpcn|nhs|health card|healthcard|health plan|healthplan|ohip|coverage|group|grp|wellcare|oscar|ambetter|beneficiary id|insured id',
    numbered: 'plan|group|grp|insured|benefit|benefits|ins|enrollee|enrolment|enrollment|carrier',
  },
  {
    kind: 'account', shortest: 5,
    sure: 'acct|account|a c|iban|credit card|debit card|card|routing|aba|guarantor|bank|invoice|claim|sort code|billing|bank account|visa card|mastercard|amex',
    numbered: 'statement|transaction|payment|receipt|deposit|bill|patient account|financial|check|cheque',
  },
  {
    kind: 'licence', shortest: 5,
    sure: 'npi|dea|lic|license|licence|licensure|passport|driver license|driver licence|drivers license|drivers licence|driving licence|driving license|dl|upin|ecfmg|state id|gmc|nmc|visa|green card|permit|alien registration|a-number',
    numbered: 'certificate|certification|cert|registration|medical board|rn|board|diploma|credential|identity card|id card|birth certificate|nursing',
  },
  {
    kind: 'device', shortest: 5,
    sure: 'udi|imei|device id|device identifier|asset tag|mac address|gtin|lot|implant id|implant serial|idfa|device serial|serial|s n|sn',
    numbered: 'device|implant|model|serial|lead|generator|pacemaker|icd|pump|valve|stent|prosthesis|lens|transmitter|monitor|machine|catalog|catalogue|hearing aid|ventilator|batch|equipment|glucometer|cgm|defibrillator|insulin pump|wheelchair|asset',
  },
  { kind: 'vehicle', shortest: 9, sure: 'vin|vehicle identification', numbered: 'vehicle|chassis|hull|tail|engine|boat|truck|trailer|ambulance unit' },
  {
    kind: 'biometric', shortest: 4,
    sure: 'fingerprint|fingerprints|finger print|thumbprint|thumb print|voiceprint|voiceprints|voice print|retina|retina scan|retinal scan|iris scan|iris template|iris code|iris pattern|faceid|face template|faceprint|face print|face embedding|palmprint|palm print|palm vein|biometric|biometrics|speaker embedding|speaker model|gait signature',
    numbered: 'face|iris|voice|palm|finger|thumb',
  },
  { kind: 'photo', shortest: 4, sure: 'photo|photos|photograph|photographs|portrait|headshot|head shot|face image|full-face photo|full face photo|full-face photograph|full face photograph|selfie|mugshot|mug shot', numbered: 'image|picture|video' },
  {
    kind: 'code', shortest: 5,
    sure: 'accession|specimen|barcode|requisition|wristband|study id|subject id|participant id|sample id|user id|userid|username|user name|employee id|student id|badge|tracking|donor id|trial id|research id|screening id|case id|login|pin|identifier|confirmation|prior auth|prior authorization|authorization|id|ref',
    numbered: 'case|order|study|subject|participant|sample|reference|ticket|employee|student|prescription|rx|referral|appointment|booking|request|report|incident|docket|court|inmate|military|service|protocol|randomization|randomisation|bag|tissue|graft|slide|block|cassette|tattoo|locker|person|client|customer|citizen|national|tax|security|unique|voter|ward|visitor|staff|lab|pathology|confirmation',
  },
];

/** Words that say a number comes. */
export const numberWords = 'number|numbers|no|nos|num|nr|#|id|ids|identifier|identification|code|reference|ref|file|template|hash|sample|record'.split('|');
