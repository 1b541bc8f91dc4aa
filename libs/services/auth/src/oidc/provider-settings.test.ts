import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { OidcConfig } from './oidc.config.js';
import { rolesAfter } from './roles-of-groups.js';

const folder = mkdtempSync(join(tmpdir(), 'voiceassist-settings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(content: unknown) {
  const file = join(folder, 'providers.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return new OidcConfig({ OIDC_PROVIDERS_FILE: file }).OIDC_PROVIDERS_FILE;
}

function faults(content: unknown): string {
  try {
    read(content);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

const good = { id: 'entra', label: 'Entra', issuer: 'https://login.example/tenant/v2.0', clientId: 'client', clientSecret: 'hidden-in-every-fault' };

describe('the settings of identity providers', () => {
  it('are none where no file is named, and have careful defaults', () => {
    expect(new OidcConfig({}).OIDC_PROVIDERS_FILE).toEqual([]);
    expect(read([good])).toMatchObject([{ algorithm: 'RS256', createAccounts: false, groupRoles: {}, defaultRoles: [], scopes: ['openid', 'profile', 'email'], emailIsVerified: false, secondFactor: { acr: [], amr: [] }, hosts: [] }]);
  });

  it('name every fault at once and no secret', () => {
    const message = faults([
      { ...good, id: 'Not a slug', issuer: 'http://login.example', scopes: ['email'] },
      { ...good, label: '', algorithm: 'HS256', groupRoles: { all: ['owner'] } },
      { ...good, id: 'b', issuer: 'https://login.example/?x=1', hosts: ['https://else.example'], unknown: true, groupRoles: { programs: ['service'] } },
    ]);
    for (const part of ['[0.id]', '[0.issuer]', '[0.scopes] must contain openid', '[1.label]', '[1.algorithm]', '[1.groupRoles.all', '[2.issuer]', '[2.hosts.0] must be a host name', '[2.groupRoles.programs', 'unknown']) expect(message).toContain(part);
    expect(message).not.toContain(good.clientSecret);
  });

  it.each([
    ['two of one id or issuer', [good, good], 'same id; two providers have the same issuer'],
    ['accounts without a role', [{ ...good, createAccounts: true }], 'createAccounts needs groupRoles or defaultRoles'],
    ['no JSON', `[{"clientSecret":"${good.clientSecret}",]`, 'is not JSON'],
    ['no list', good, 'expected array'],
  ])('refuse %s', (_, content, part) => {
    expect(faults(content)).toContain(part);
    expect(faults(content)).not.toContain(good.clientSecret);
  });

  it('take a plain address for this machine alone', () => {
    expect(read([{ ...good, issuer: 'http://127.0.0.1:9/x' }])).toHaveLength(1);
    for (const issuer of ['http://127.0.0.1.else.example', 'http://else.example', 'https://user@else.example', 'ftp://127.0.0.1', 'nothing']) expect(faults([{ ...good, issuer }])).toContain('[0.issuer]');
  });

  it('say when there is no such file', () => {
    expect(() => new OidcConfig({ OIDC_PROVIDERS_FILE: join(folder, 'missing.json') })).toThrow('cannot be read (ENOENT)');
  });
});

describe('roles by groups', () => {
  const mapping = { groupRoles: { doctors: ['clinician' as const], it: ['admin' as const, 'viewer' as const] }, defaultRoles: ['researcher' as const] };

  it.each([
    [['viewer'], ['doctors'], ['clinician']],
    [['clinician', 'nurse'], ['it'], ['nurse', 'admin', 'viewer']],
    [['clinician', 'admin'], [], ['researcher']],
    [['nurse'], [], ['nurse', 'researcher']],
    [['researcher'], ['doctors', 'it'], ['clinician', 'admin', 'viewer']],
  ] as const)('of %j in %j are %j', (current, groups, after) => {
    expect(rolesAfter(current, groups, mapping)).toEqual(after);
  });

  it('stay as they are without a mapping, and end without a default', () => {
    expect(rolesAfter(['admin'], ['doctors'], { groupRoles: {}, defaultRoles: ['viewer'] })).toEqual(['admin']);
    expect(rolesAfter(['clinician'], [], { ...mapping, defaultRoles: [] })).toEqual([]);
  });
});
