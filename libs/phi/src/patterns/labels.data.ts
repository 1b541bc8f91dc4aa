import type { PhiKind } from '../kinds.js';

/** What stands before an identifier: `sure` words need nothing more; `numbered` ones need «number», «no», «#» or «id» behind them. */
export interface IdentifierLabel {
  readonly kind: PhiKind;
  readonly sure: string;
  readonly numbered?: string;
  /** Fewest characters of the value when the label is sure. */
  readonly shortest?: number;
}

export const identifierLabels: readonly IdentifierLabel[] = [
  {
    kind: 'record', shortest: 4,
    sure: 'e?mrn|m\\.r\\.n\\.?|emr|ehr id|mr ?#|med(?:ical)? rec(?:ord)?s?|chart|empi|csn|fin|pat(?:ient)? ?id(?:entifier)?|pt\\.? ?id|urn|hospital id|record id|epic id|har',
    numbered: 'mr|patient|pt\\.?|hospital|unit|record|file|encounter|visit|admission|episode|clinic|case file|hosp\\.?|dossier',
  },
  {
    kind: 'plan', shortest: 6,
    sure: 'medicare|medicaid|medi-cal|mbi|hicn?|insurance|subscriber|member|policy|beneficiary|bcbs|blue (?:cross|shield)(?: blue shield)?|aetna|cigna|humana|united ?health(?:care)?|kaiser|tricare|champva|anthem|molina|centene|payer|rx ?(?:bin|grp|pcn)|nhs|health ?card|health ?plan|ohip|coverage',
    numbered: 'plan|group|grp|insured|benefits?|ins\\.?|enrollee|enrolment|certificate of coverage',
  },
  {
    kind: 'account', shortest: 5,
    sure: 'acct\\.?|a/c|account|iban|credit ?card|debit ?card|card|routing|aba|guarantor|bank|invoice|claim|sort code|billing',
    numbered: 'statement|transaction|payment|receipt|deposit|bill|patient account|financial',
  },
  {
    kind: 'licence', shortest: 5,
    sure: "npi|dea|lic\\.?|licen[cs]e|licensure|passport|driver['’]?s?['’]? licen[cs]e|driving licen[cs]e|\\bdl|upin|ecfmg|state id|gmc|nmc|visa|green card|permit",
    numbered: 'certificat(?:e|ion)|cert\\.?|registration|medical board|rn|board|diploma|credential|identity card|id card|birth certificate',
  },
  { kind: 'device', shortest: 5, sure: 'udi|imei|device id(?:entifier)?|asset tag|mac(?: address)?|gtin|lot|implant id|implant serial|idfa', numbered: 'device|implant|model|serial|lead|generator|pacemaker|icd|pump|valve|stent|prosthesis|lens|transmitter|monitor|machine|catalog(?:ue)?|hearing aid|ventilator|batch|equipment|glucometer|cgm' },
  { kind: 'vehicle', shortest: 11, sure: 'vin|vehicle identification', numbered: 'vehicle|chassis|hull|tail|engine|boat|truck|trailer|ambulance unit' },
  { kind: 'biometric', shortest: 4, sure: 'finger ?prints?|thumb ?prints?|voice ?prints?|retina(?:l)?(?: scan)?|iris (?:scan|template|code|pattern)|face ?(?:id|template|print|embedding|geometry)|palm ?(?:print|vein)|biometrics?|speaker (?:embedding|model)|gait signature', numbered: 'biometric' },
  { kind: 'photo', shortest: 4, sure: 'photo(?:graph)?s?|portrait|head ?shot|face image|full[- ]face (?:photo|image)|selfie|mug ?shot', numbered: 'image|picture|video' },
  {
    kind: 'code', shortest: 5,
    sure: 'accession|specimen|barcode|requisition|wristband|study id|subject id|participant id|sample id|user ?id|username|user name|employee id|student id|badge|tracking|donor id|trial id|research id|screening id|case id|ref(?:erence)? ?(?:no\\.?|number|#|id)|login|pin(?= ?[:#]| is| code)|identifier|confirmation|prior auth(?:orization)?|authorization',
    numbered: 'case|order|study|subject|participant|sample|reference|ref\\.?|ticket|employee|student|prescription|rx|referral|appointment|booking|request|report|incident|docket|court|inmate|military|service|protocol|randomi[sz]ation|bag|unit of blood|tissue|graft|slide|block|cassette|tattoo|locker|person|client|customer|citizen|national|tax|security|unique|voter|ward|employee badge|staff|visitor',
  },
];
