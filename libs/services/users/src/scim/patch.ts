import { type ScimBody, scimUrns } from '@voiceassist/contracts';
import SCIMMY from 'scimmy';
import { z } from 'zod';
import { scimFailure } from './scim-failure.js';
import { attributeIn, truthOf } from './user-resource.js';

export type Operation = SCIMMY.Messages.PatchOp.PatchOpOperation;

const mostOperations = 1_000;
const longestPath = 300;
const coreSchema = /^urn:ietf:params:scim:schemas:core:2\.0:(?:User|Group):/i;
/** What a path names first, and the rest of it. */
const pathForm = /^([A-Za-z][\w$-]*)(\[[^\]]*\])?(\.[A-Za-z][\w$-]*)?$/;
const byValue = /^\[\s*(value|type|primary)\s+eq\s+(?:"([^"\\]*)"|(true|false))\s*\]$/i;

const Given = z.object({
  op: z.string().transform((op) => op.toLowerCase()).pipe(z.enum(['add', 'remove', 'replace'])),
  path: z.string().max(longestPath).nullish(),
  value: z.unknown().optional(),
});
type Given = z.output<typeof Given>;

const badPath = () => scimFailure('SCIM_INVALID_PATH', 'A path of the operations cannot be followed.');
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function givenIn(body: ScimBody): Given[] {
  const schemas = body['schemas'];
  const operations = body['Operations'] ?? body['operations'];
  if (!Array.isArray(schemas) || !schemas.includes(scimUrns.patch)) throw scimFailure('SCIM_INVALID_SYNTAX', 'The body is no PatchOp: its schemas do not say so.');
  if (!Array.isArray(operations) || operations.length === 0) throw scimFailure('SCIM_INVALID_SYNTAX', 'Operations must be a list with something in it.');
  if (operations.length > mostOperations) throw scimFailure('SCIM_TOO_MANY', `At most ${mostOperations} operations go together.`);
  const read = z.array(Given).safeParse(operations);
  if (!read.success) throw scimFailure('SCIM_INVALID_SYNTAX', 'An operation is not add, remove or replace with a path that can be followed.');
  return read.data;
}

/** One operation for each attribute, all of them with a path: providers put paths where names should stand, too. */
function withPaths({ op, path, value }: Given): { op: Given['op']; path: string; value: unknown }[] {
  if (path) return [{ op, path: path.replace(coreSchema, ''), value }];
  if (op === 'remove') throw scimFailure('SCIM_NO_TARGET', 'What is to be removed is not named.');
  if (!isObject(value)) throw scimFailure('SCIM_INVALID_SYNTAX', 'An operation without a path needs an object as its value.');
  return Object.entries(value).map(([name, each]) => ({ op, path: name.replace(coreSchema, ''), value: each }));
}

/** Members and addresses are told apart by one value; filters of that one form become plain operations. */
function withoutFilter(operation: Operation, attribute: string, filter: string): Operation[] {
  const [, name = '', text, truth] = byValue.exec(filter) ?? [];
  if (name === '') throw badPath();
  if (attribute === 'members' && name.toLowerCase() === 'value') return [{ op: operation.op, path: attribute, value: [{ value: text }] }];
  if (attribute !== 'emails') throw badPath();
  // one address is kept: that of work, which is the primary one
  const isKept = (name.toLowerCase() === 'type' && text?.toLowerCase() === 'work') || (name.toLowerCase() === 'primary' && truth?.toLowerCase() === 'true');
  if (!isKept || operation.op === 'remove') return [];
  const address: unknown = isObject(operation.value) ? operation.value['value'] : operation.value;
  return typeof address === 'string' ? [{ op: 'replace', path: 'emails', value: [{ value: address, type: 'work', primary: true }] }] : [];
}

const membersOf = (value: unknown): unknown => (Array.isArray(value) ? (value as unknown[]) : [value]).map((each: unknown) => ({ value: isObject(each) ? each['value'] : each }));

function plain({ op, path, value }: { op: Given['op']; path: string; value: unknown }, kept: readonly string[]): Operation[] {
  if (/^urn:/i.test(path)) return []; // of an extension, none of which is kept
  const [, base = '', filter, rest = ''] = pathForm.exec(path) ?? [];
  if (base === '') throw badPath();
  const attribute = kept.find((name) => name.toLowerCase() === base.toLowerCase());
  if (attribute === undefined) return isKnown(base) ? [] : [{ op, path, value }];
  if (filter) return withoutFilter({ op, value }, attribute, filter);
  if (attribute === 'members' && value !== undefined && value !== null) return [{ op, path: attribute, value: membersOf(value) }];
  return [{ op, path: attribute + rest, ...(value !== undefined && { value: attribute === 'active' ? truthOf(value) : value }) }];
}

const known = new Set([...SCIMMY.Schemas.User.definition.attributes.map(({ name }) => name.toLowerCase()), 'schemas', 'id']);
/** What SCIM knows and we do not keep; identifiers may be repeated in a body. */
const isKnown = (name: string) => known.has(name.toLowerCase());

const codes: Readonly<Record<string, Parameters<typeof scimFailure>[0]>> = {
  invalidPath: 'SCIM_INVALID_PATH', invalidValue: 'SCIM_INVALID_VALUE', noTarget: 'SCIM_NO_TARGET', mutability: 'SCIM_MUTABILITY',
};

/** What a PATCH asks for, of attributes that are kept, each with a plain path. */
export function operationsIn(body: ScimBody, kept: readonly string[]): Operation[] {
  return givenIn(body).flatMap(withPaths).flatMap((operation) => plain(operation, kept));
}

/** The resource after the operations, which count all together or not at all. */
export async function patched<S extends SCIMMY.Types.Schema>(resource: S, operations: Operation[]): Promise<S> {
  if (operations.length === 0) return resource;
  try {
    const message = new SCIMMY.Messages.PatchOp({ schemas: [scimUrns.patch], Operations: operations });
    // nothing comes back where nothing has changed
    return ((await message.apply(resource, async (changed) => changed))) ?? resource; // the library gives back what it got
  } catch (error) {
    const { scimType } = error as { scimType?: string };
    throw scimFailure(codes[scimType ?? ''] ?? 'SCIM_INVALID_SYNTAX', `The attribute ${attributeIn(error)} cannot be changed like this.`);
  }
}
