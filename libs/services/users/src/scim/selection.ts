import type { ScimSelection } from '@voiceassist/contracts';

const always = new Set(['schemas', 'id']);
const topLevel = (text: string) => text.split(',').map((path) => path.trim().toLowerCase().replace(/^urn:.*:/, '').split('.', 1)[0] ?? '').filter(Boolean);

/** Whether an answer shall have the attribute. */
export function isSelected(attribute: string, { attributes, excludedAttributes }: ScimSelection): boolean {
  if (always.has(attribute)) return true;
  const name = attribute.toLowerCase();
  if (attributes !== undefined && attributes.trim() !== '') return topLevel(attributes).includes(name);
  return !topLevel(excludedAttributes ?? '').includes(name);
}

/** The resource with the attributes that were asked for. */
export function selected<R extends object>(resource: R, selection: ScimSelection): R {
  return Object.fromEntries(Object.entries(resource).filter(([name]) => isSelected(name, selection))) as R; // what is left out is optional
}
