import { describe, expect, it } from '@jest/globals';
import { FilterSql } from './filter/filter-sql.js';
import { readFilter } from './filter/read-filter.js';
import { heldByHand, rolesIn, type GroupRoles } from './group-roles.js';
import { changedMembers } from './group-resource.js';
import { operationsIn } from './patch.js';
import { ScimConfig } from './scim.config.js';
import { userColumns } from './scim-users.repository.js';
import { keptOfUsers, readUser } from './user-resource.js';

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('filters', () => {
  const sqlOf = (text: string) => {
    const sql = new FilterSql(userColumns);
    return [sql.conditionOf(readFilter(text)), sql.parameters];
  };

  it('bind "and" closer than "or" and carry values as parameters alone', () => {
    expect(sqlOf(`userName eq "A'; DROP" or active eq True and not (id pr)`)).toEqual([
      '((coalesce(s.user_name_key, p.email_key) = $1::text) OR ((p.active = $2) AND (NOT coalesce((p.user_id::text IS NOT NULL), false))))', [`a'; drop`, true],
    ]);
  });

  it.each([
    ['emails[type eq "work" and value co "@x"]', ['work', '@x']],
    ['emails[type eq "work"].value sw "a"', ['work', 'a']],
    ['urn:ietf:params:scim:schemas:core:2.0:User:userName ew "b"', ['b']],
    [String.raw`userName eq "say \"hi\""`, ['say "hi"']],
    ['meta.lastModified ge "2026-01-02T00:00:00Z"', ['2026-01-02T00:00:00.000Z']],
  ])('take %s', (text, parameters) => {
    expect(sqlOf(text)[1]).toEqual(parameters);
  });

  it.each([
    '', ' ', 'userName', 'userName eq', 'userName zz "a"', 'userName eq a', 'userName eq "a" userName', '(userName pr', 'userName pr)', 'emails[type eq "work"', 'password pr',
    '__proto__ pr', 'toString pr', 'active gt true', 'active eq "perhaps"', 'meta.created gt "yesterday"', 'userName eq "open', '"a" eq "b"', 'not userName pr', `${'('.repeat(30)}id pr${')'.repeat(30)}`, 'x'.repeat(1_001),
  ])('refuse %j', (text) => {
    expect(() => sqlOf(text)).toThrow(code('SCIM_INVALID_FILTER'));
  });

  it('are read in a time that grows with their length alone', () => {
    const startedAt = performance.now();
    sqlOf(Array(22).fill('(active eq true or id pr)').join(' and '));
    expect(performance.now() - startedAt).toBeLessThan(100);
  });
});

describe('roles from groups', () => {
  const table: GroupRoles = new ScimConfig({ SCIM_GROUP_ROLES: ' Ward Doctors=clinician; Nurses=nurse ;Science, old=researcher' }).SCIM_GROUP_ROLES;

  it('are those that the table names, beside what is given by hand', () => {
    expect(rolesIn(['ward doctors', 'nurses', 'admin'], ['viewer'], table)).toEqual(['clinician', 'nurse']);
    expect(rolesIn(['science, old'], ['clinician', 'admin'], table)).toEqual(['admin', 'researcher']);
    expect(rolesIn([], ['clinician'], table)).toEqual(['viewer']);
  });

  it('leave administrators alone unless the table names them', () => {
    expect(heldByHand(['admin'], table)).toBe(true);
    expect(heldByHand(['clinician'], table)).toBe(false);
    expect(heldByHand(['admin'], [{ group: 'chiefs', role: 'admin' }])).toBe(false);
  });

  it.each(['Nurses', 'Nurses=', '=nurse', 'Nurses=king', 'Robots=service'])('cannot be set as %j', (text) => {
    expect(() => new ScimConfig({ SCIM_GROUP_ROLES: text })).toThrow(/SCIM_GROUP_ROLES/);
  });
});

describe('resources', () => {
  it('take the address from the primary e-mail, that of work, any, or the name', () => {
    const emailOf = (more: object) => readUser({ userName: 'n@x.example', ...more }).email;
    expect(emailOf({ emails: [{ value: 'h@x.example', type: 'home' }, { value: 'w@x.example', type: 'work' }] })).toBe('w@x.example');
    expect(emailOf({ emails: [{ value: 'w@x.example', type: 'work' }, { value: 'p@x.example', primary: true }] })).toBe('p@x.example');
    expect(emailOf({ EMAILS: [{ value: 'a@x.example' }] })).toBe('a@x.example');
    expect(emailOf({})).toBe('n@x.example');
    expect(readUser({ userName: 'n@x.example', active: 'False', name: { givenName: 'Nora', familyName: 'Novak' } })).toMatchObject({ active: false, displayName: 'Nora Novak' });
  });

  it('change by operations in whatever spelling, and never by what is not kept', () => {
    const patch = (...Operations: object[]) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations });
    expect(operationsIn(patch({ op: 'Replace', path: 'ACTIVE', value: 'False' }, { op: 'add', path: 'title', value: 'x' }, { op: 'Add', path: 'emails[type eq "home"].value', value: 'h@x.example' }), keptOfUsers)).toEqual([{ op: 'replace', path: 'active', value: false }]);
    const id = '00000000-0000-4000-8000-00000000000a';
    expect(operationsIn(patch({ op: 'Remove', path: `members[value eq "${id}"]` }), ['members'])).toEqual([{ op: 'remove', path: 'members', value: [{ value: id }] }]);
    expect(changedMembers([id], [{ op: 'remove', path: 'members', value: [{ value: id }] }])).toEqual([]);
    expect(changedMembers([id], [{ op: 'remove', path: 'members' }, { op: 'add', path: 'members', value: [{ value: id }, { value: id }] }])).toEqual([id]);
  });
});
