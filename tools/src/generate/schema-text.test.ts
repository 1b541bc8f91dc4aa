import { describe, expect, it } from '@jest/globals';
import { fieldsOf, typeOf, type Schema } from './schema-text.js';

describe('a schema in words', () => {
  it.each<[Schema, string]>([
    [{ type: 'string', format: 'email', maxLength: 254 }, 'string (email), at most 254'],
    [{ type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }, 'integer'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
    [{ type: 'array', items: { enum: ['a', 'b'] } }, 'array of "a" | "b"'],
    [{ type: 'object', additionalProperties: { type: 'number' } }, 'object of number'],
    [{ const: true }, 'true'],
    [{}, 'anything'],
    [{ enum: Array.from({ length: 13 }, (_, index) => index) }, `${Array.from({ length: 12 }, (_, index) => index).join(' | ')} | … (13 values)`],
  ])('%j', (schema, text) => expect(typeOf(schema)).toBe(text));

  it('names every field by where it stands', () => {
    const schema: Schema = {
      type: 'object', required: ['user'],
      properties: { user: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } }, keys: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } } },
    };
    expect(fieldsOf(schema)).toEqual([
      { name: 'user', type: 'object', required: true }, { name: 'user.id', type: 'string', required: true },
      { name: 'keys', type: 'array of object', required: false }, { name: 'keys[].name', type: 'string', required: false },
    ]);
  });

  it('says a field of several variants once, required where all require it', () => {
    const variant = (type: string, more: string): Schema => ({ type: 'object', required: ['type', more], properties: { type: { const: type }, [more]: { type: 'string' } } });
    expect(fieldsOf({ oneOf: [variant('a', 'one'), variant('b', 'two')] })).toEqual([
      { name: 'type', type: '"a" | "b"', required: true }, { name: 'one', type: 'string', required: false }, { name: 'two', type: 'string', required: false },
    ]);
  });
});
