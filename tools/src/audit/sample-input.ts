import { z } from 'zod';

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly minItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

const ofFormat: Readonly<Record<string, string>> = {
  uuid: '00000000-0000-4000-8000-00000000000a', email: 'somebody@hospital.example', 'date-time': '2026-01-02T03:04:05.000Z', date: '2026-01-02', uri: 'https://hospital.example/',
};

function textOf({ format, pattern, minLength = 1 }: JsonSchema): string {
  if (format && ofFormat[format]) return ofFormat[format];
  if (pattern?.includes('0-9a-f')) return 'a'.repeat(Math.max(minLength, 64));
  if (pattern?.includes('\\d')) return '123456';
  return 'some text for an operation'.padEnd(minLength, 'x');
}

function valueOf(schema: JsonSchema): unknown {
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  if (choice) return valueOf(choice);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map(valueOf));
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'string': return textOf(schema);
    case 'integer':
    case 'number': return Math.max(schema.minimum ?? 1, 1);
    case 'boolean': return true;
    case 'array': return Array.from({ length: schema.minItems ?? 0 }, () => valueOf(schema.items ?? {}));
    case 'object': return Object.fromEntries((schema.required ?? []).map((name) => [name, valueOf(schema.properties?.[name] ?? {})]));
    default: return {};
  }
}

/** An input that fits a contract: the required fields, with values that name nothing that exists. */
export function sampleInput(schema: z.ZodType): unknown {
  return valueOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema); // zod writes JSON Schema
}
