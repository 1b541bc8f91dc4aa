/** What the reference reads of a JSON schema. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

export interface Field {
  /** `user.roles[]`: where it stands. */
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
}

const shownValues = 12;
const limits: readonly (readonly [keyof Schema, string])[] = [['minLength', 'at least'], ['maxLength', 'at most'], ['minimum', '≥'], ['maximum', '≤']];
const unbounded = new Set([Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 0]);

function limitsOf(schema: Schema): string {
  const said = limits.flatMap(([key, word]) => {
    const value = schema[key];
    return typeof value === 'number' && !unbounded.has(value) ? [`${word} ${value}`] : [];
  });
  return said.length > 0 ? `, ${said.join(', ')}` : '';
}

function valuesOf(values: readonly unknown[]): string {
  const shown = values.slice(0, shownValues).map((value) => JSON.stringify(value));
  return values.length > shownValues ? `${shown.join(' | ')} | … (${values.length} values)` : shown.join(' | ');
}

const variantsOf = ({ anyOf, oneOf }: Schema) => anyOf ?? oneOf;

/** A type in a few words; fields of objects have rows of their own. */
export function typeOf(schema: Schema): string {
  const variants = variantsOf(schema);
  if (variants) return [...new Set(variants.map(typeOf))].join(' | ');
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return valuesOf(schema.enum);
  if (schema.type === 'array') return `array of ${typeOf(schema.items ?? {})}`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object' && !schema.properties) return `object of ${typeOf(schema.additionalProperties)}`;
  const name = [schema.type ?? 'anything'].flat().join(' | ');
  return `${schema.format ? `${name} (${schema.format})` : name}${limitsOf(schema)}`;
}

/** Every field of an object and of what is in it, in the order of the contract; a field of several variants is said once. */
export function fieldsOf(schema: Schema, prefix = ''): Field[] {
  const variants = variantsOf(schema);
  if (variants) return merged(variants.map((variant) => fieldsOf(variant, prefix)));
  if (schema.type === 'array') return fieldsOf(schema.items ?? {}, `${prefix}[]`);
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    return [{ name, type: typeOf(value), required: schema.required?.includes(key) ?? false }, ...fieldsOf(value, name)];
  });
}

function merged(lists: readonly Field[][]): Field[] {
  const byName = Map.groupBy(lists.flat(), ({ name }) => name);
  return [...byName].map(([name, same]) => ({
    name, type: [...new Set(same.map(({ type }) => type))].join(' | '), required: same.length === lists.length && same.every(({ required }) => required),
  }));
}
