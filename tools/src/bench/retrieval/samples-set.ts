import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BeirRow, BeirSet } from './beir-set.js';

/** Document and heading that answer, and how somebody on the ward would ask; written for this repository, in other words than the text where people use other words. */
const asked: readonly (readonly [document: string, heading: string, question: string])[] = [
  ['fall-prevention', 'Screening', 'How soon after admission must fall risk be checked?'],
  ['fall-prevention', 'Screening', 'Is a 70 year old always considered at risk of falling?'],
  ['fall-prevention', 'Standard measures for everybody', 'What height should the bed be and where does the call bell go?'],
  ['fall-prevention', 'Additional measures for patients at risk', 'May bed rails be used for a confused patient?'],
  ['fall-prevention', 'Additional measures for patients at risk', 'Which drop in standing blood pressure do I tell the doctor about?'],
  ['fall-prevention', 'After a fall', 'How often are neurological observations done when nobody saw the fall?'],
  ['fall-prevention', 'Learning', 'When does the team review a fall?'],
  ['hand-hygiene', 'When to clean hands', 'Do gloves replace washing my hands?'],
  ['hand-hygiene', 'Alcohol hand rub', 'How many millilitres of hand rub and for how long?'],
  ['hand-hygiene', 'Soap and water', 'Why does alcohol not work against Clostridioides difficile?'],
  ['hand-hygiene', 'Nails, jewellery and sleeves', 'Can I wear nail polish or a watch on the ward?'],
  ['hand-hygiene', 'Skin care', 'What do I do about broken skin on my hands?'],
  ['hand-hygiene', 'Audit', 'What is the target for observed hand hygiene?'],
  ['sharps-injury', 'First aid', 'Should I suck or scrub a needle wound?'],
  ['sharps-injury', 'First aid', 'Splash in the eye: how long do I rinse?'],
  ['sharps-injury', 'Report', 'Whom do I call at once after a needlestick, and where outside office hours?'],
  ['sharps-injury', 'Risk assessment', 'Do we send the needle itself for testing?'],
  ['sharps-injury', 'Time limits', 'Within how many hours must HIV prophylaxis be started?'],
  ['sharps-injury', 'Follow-up', 'At which weeks are blood tests offered after the injury?'],
  ['sharps-injury', 'Prevention', 'When is a sharps container closed and replaced?'],
  ['vaccine-storage', 'Temperature', 'Can a vaccine that was frozen by mistake still be used?'],
  ['vaccine-storage', 'Monitoring', 'How often does the logger record the refrigerator temperature?'],
  ['vaccine-storage', 'Temperature excursion', 'The refrigerator got too warm, what do I do with the vaccines?'],
  ['vaccine-storage', 'Power failure', 'Power is out for two hours: where does the stock go?'],
  ['vaccine-storage', 'Stock', 'How long may an opened multi-dose vial be used?'],
];

const idOf = (document: string, heading: string) => `${document}#${heading}`;

function sectionsOf(document: string, text: string): BeirRow[] {
  const title = /^# (.+)$/m.exec(text)?.[1] ?? document;
  return text.split(/^## /m).slice(1).map((section) => {
    const [heading = '', ...lines] = section.split('\n');
    return { _id: idOf(document, heading), title: `${title}: ${heading}`, text: lines.join(' ').trim() };
  });
}

/**
 * The sample documents of the product with a question for each section: small, ours, and therefore there on every machine.
 * It tells that a search has broken, not how good it is on the literature; for that there are the published sets.
 */
export async function readSamplesSet(folder: string): Promise<BeirSet> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.md') && name !== 'README.md').sort();
  const documents = (await Promise.all(files.map(async (name) => sectionsOf(name.replace(/\.md$/, ''), await readFile(join(folder, name), 'utf8'))))).flat();
  const queries = asked.map(([document, heading, text], index) => ({ _id: `q${index + 1}`, title: '', text, judgements: new Map([[idOf(document, heading), 1]]) }));
  const unknown = queries.filter(({ judgements }) => ![...judgements.keys()].every((id) => documents.some(({ _id }) => _id === id)));
  if (unknown.length > 0) throw new Error(`the sample documents have no section that answers ${unknown.map(({ text }) => text).join(' ')}`);
  return { name: 'samples', documents, queries };
}
