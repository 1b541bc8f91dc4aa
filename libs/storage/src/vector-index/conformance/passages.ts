import { randomUUID } from 'node:crypto';
import type { IndexDefinition, IndexModel, PassageEntry, PassageQuery } from '../vector-index.js';

export const wordsOnly: IndexModel = { embedderId: null, dimension: null };
export const modelA: IndexModel = { embedderId: 'model-a', dimension: 3 };
export const modelB: IndexModel = { embedderId: 'model-b', dimension: 4 };

let made = 0;
const freshName = (): string => `suite-${Date.now().toString(36)}-${(made += 1)}`;
export const define = (model: IndexModel = wordsOnly): IndexDefinition => ({ name: freshName(), ...model });

export function entry(fields: Partial<PassageEntry> & { text: string }): PassageEntry {
  return { passageId: randomUUID(), documentId: 'document-1', collectionId: 'collection-1', title: '', vector: null, ...fields };
}

export function ask(fields: Partial<PassageQuery> & { query: string }): PassageQuery {
  return { queryVector: null, collectionIds: ['collection-1'], limit: 20, ...fields };
}

export const corpus = [
  entry({ title: 'Hypertension', text: 'Treatment of hypertension begins with diet and exercise. Blood pressure is measured twice.' }),
  entry({ title: 'Diabetes', text: 'Metformin 500 mg is the first treatment of type 2 diabetes. HbA1c is measured every 3 months.' }),
  entry({ title: 'Kidney disease', text: 'Diabetes and hypertension are the leading causes of chronic kidney disease.' }),
  entry({ title: 'Hand hygiene', text: 'Wash hands, wash hands, wash hands: before and after every patient contact hands are washed.' }),
  entry({ title: '', text: 'IL-6 and TNF-α rise in sepsis; β-lactam antibiotics within 1 hour.' }),
  entry({ title: 'Short', text: 'Hypertension.' }),
  entry({ title: 'العربية', text: 'علاج ارتفاع ضغط الدم يبدأ بالحمية' }),
  entry({ title: 'עברית', text: 'טיפול ביתר לחץ דם מתחיל בדיאטה' }),
  entry({ title: '日本語', text: '高血圧の治療は食事療法から始まる' }),
];
