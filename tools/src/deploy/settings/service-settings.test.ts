import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { root } from '../../bench/product.js';
import { Installation, parseSettings } from '../installation.js';
import { composeNames } from './compose-names.js';
import { handSettings } from './hand-settings.js';
import { readServiceSettings, settingsFileOf, settingsKnownTo } from './service-settings.js';

const filesOf = (...names: string[]) => names.map((name) => join(root, 'docker', `compose${name}.yml`));
const server = filesOf('', '.prod');
const watched = [...server, ...filesOf('.observability', '.prod.observability')];
const compose = composeNames(watched, server);

let folder: string;
let providers: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'settings-'));
  providers = join(folder, 'providers.json');
  writeFileSync(providers, '[]');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (settings: Readonly<Record<string, string>>, names = compose) => readServiceSettings(settings, names);
const ofService = (service: string, settings: Readonly<Record<string, string>>) => {
  const found = read(settings).services.find((each) => each.service === service);
  return [found?.lines, found?.files];
};

describe('the settings of a server', () => {
  it('reach the services that know them, secrets and files as files', () => {
    expect(read({ LLM_API_KEY: 'sk-4711', SMTP_URL: 'smtp://mail.hospital.example', OIDC_PROVIDERS_FILE: providers }).faults).toEqual([]);
    expect(ofService('rag-orchestrator', { LLM_API_KEY: 'sk-4711' })).toEqual([["LLM_API_KEY_FILE='/run/secrets/LLM_API_KEY'"], { LLM_API_KEY: { text: 'sk-4711' } }]);
    expect(ofService('auth', { LLM_API_KEY: 'sk-4711' })).toEqual([[], {}]);
    expect(ofService('auth', { OIDC_PROVIDERS_FILE: providers })).toEqual([["OIDC_PROVIDERS_FILE='/run/secrets/OIDC_PROVIDERS_FILE'"], { OIDC_PROVIDERS_FILE: { copyOf: providers } }]);
    expect(ofService('auth', { SMTP_URL_FILE: providers })).toEqual([["SMTP_URL_FILE='/run/secrets/SMTP_URL'"], { SMTP_URL: { copyOf: providers } }]);
    expect(ofService('users', { SCIM_GROUP_ROLES: 'Ward doctors=clinician;Nurses=nurse' })).toEqual([["SCIM_GROUP_ROLES='Ward doctors=clinician;Nurses=nurse'"], {}]);
    expect(ofService('auth', { ORGANISATION_NAME: "St. Mary's" })).toEqual([['ORGANISATION_NAME="St. Mary\'s"'], {}]);
    expect(ofService('auth', { AUTH_BREACHED_PASSWORDS_FILE: 'container:/lists/breached' })).toEqual([["AUTH_BREACHED_PASSWORDS_FILE='/lists/breached'"], {}]);
  });

  it('are the same for all services that must agree on them', () => {
    const takers = read({ AUTH_ACCESS_TOKEN_SECONDS: '600' }).services.filter(({ lines }) => lines.includes("AUTH_ACCESS_TOKEN_SECONDS='600'")).map(({ service }) => service);
    expect(takers).toEqual(expect.arrayContaining(['gateway', 'auth', 'realtime']));
  });

  it('are left to compose where its files name them, and to deploying where it reads them', () => {
    const settings = { DOMAIN: 'a.example', LLM_URL: 'extractive:', LOG_LEVEL: 'debug', GRAFANA_PORT: '3001', OBSERVE: 'true', SMOKE_EMAIL: 'a@b.example', COMPOSE_PARALLEL_LIMIT: '2', LLM_MODEL: '' };
    const { faults, services } = read(settings);
    expect([faults, services.flatMap(({ lines }) => lines)]).toEqual([[], []]);
  });

  it('are refused all at once, each with its reason, and no fault shows a secret', () => {
    const { faults } = read({
      LLM_APIKEY: 'sk-4711', DATABASE_URL: 'postgres://hidden@elsewhere/db', BUS_URL: 'memory:', BLOB_URL: 'file:/tmp', AUTH_REGISTRATION: 'perhaps', ANSWER_PASSAGES: 'many', LOG_LEVEL: 'loud',
      OIDC_PROVIDERS_FILE: '/not/there.json', SMTP_URL: 'not-an-address-but-hidden', AUTH_KEY_ENCRYPTION_KEY_FILE: 'key', ORGANISATION_NAME: `${'${HOME}'}`, LLM_API_KEY: 'one', LLM_API_KEY_FILE: providers,
    });
    const reasons: readonly (readonly [string, RegExp])[] = [
      ['LLM_APIKEY', /no service and no compose file knows it/], ['DATABASE_URL', /the compose files decide it/], ['BUS_URL', /the compose files decide it/], ['BLOB_URL', /the compose files decide it/],
      ['AUTH_REGISTRATION', /expected/], ['ANSWER_PASSAGES', /expected/], ['LOG_LEVEL', /expected/], ['OIDC_PROVIDERS_FILE', /\/not\/there\.json is not there/], ['SMTP_URL', /value not shown/],
      ['AUTH_KEY_ENCRYPTION_KEY_FILE', /give the whole path/], ['ORGANISATION_NAME', /cannot be handed on/], ['LLM_API_KEY_FILE', /both given/],
    ];
    for (const [name, reason] of reasons) expect([name, faults.filter((fault) => fault.startsWith(`${name}`)).join(' ')]).toEqual([name, expect.stringMatching(reason)]);
    expect(faults).toHaveLength(reasons.length);
    expect(faults.join(' ')).not.toMatch(/hidden|sk-4711/);
  });

  it('do not name the collector while one of the installation runs', () => {
    const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.hospital.example:4318' };
    expect(read(settings).faults).toEqual([]);
    expect(read(settings, composeNames(watched, watched)).faults).toEqual([expect.stringContaining('the compose files decide it')]);
  });

  it('may stand between quotes, and a file of one\'s own may have variables of its own', () => {
    expect(parseSettings('A="x y"\nB=\'z\'\nC=it\'s\n# D=1\n')).toEqual({ A: 'x y', B: 'z', C: "it's" });
    const extra = join(folder, 'extra.yml');
    writeFileSync(extra, 'services:\n  kb-indexer:\n    environment: ["SCANNER_URL=${HOSPITAL_SCANNER}"]\n');
    expect(read({ HOSPITAL_SCANNER: 'clamd://scanner:3310' }, composeNames([...watched, extra], [...server, extra])).faults).toEqual([]);
    expect(read({ SCANNER_URL: 'none:' }, composeNames([...watched, extra], [...server, extra])).faults).toEqual([expect.stringContaining('the compose files decide it')]);
  });

  it('are right in the example of docs/operations/server.md', () => {
    const [, example = ''] = /```sh\n(# a hosted[\s\S]*?)```/.exec(readFileSync(join(root, 'docs', 'operations', 'server.md'), 'utf8')) ?? [];
    const settings = parseSettings(example.replace('/opt/voiceassist/oidc-providers.json', providers));
    expect(Object.keys(settings)).toEqual(expect.arrayContaining(['LLM_API_KEY', 'SMTP_URL', 'OIDC_PROVIDERS_FILE']));
    expect(read(settings).faults).toEqual([]);
  });

  it('are known to a service\'s code that runs on this machine', () => {
    expect(settingsKnownTo('kb-indexer', { EMBEDDER_API_KEY: 'key', EMBEDDER_MODEL: 'm', LLM_API_KEY: 'other', DOMAIN: 'a' })).toEqual({ EMBEDDER_API_KEY: 'key', EMBEDDER_MODEL: 'm' });
  });
});

describe('what a service is handed', () => {
  let installation: Installation;
  beforeEach(() => {
    installation = new Installation(mkdtempSync(join(folder, 'site-')));
  });
  afterEach(() => rmSync(installation.folder, { recursive: true, force: true }));

  const hand = (settings: Readonly<Record<string, string>>) => {
    for (const each of read(settings).services) handSettings(installation, each);
    return readFileSync(settingsFileOf(installation, 'auth'), 'utf8');
  };
  const secret = () => join(installation.secretFile('auth'), 'SMTP_URL');

  it('is closed to others, and its secret belongs to the account of the services', () => {
    const text = hand({ SMTP_URL: 'smtp://u:word@mail.example', AUTH_SESSION_HOURS: '8' });
    expect(text).toContain("AUTH_SESSION_HOURS='8'\nSMTP_URL_FILE='/run/secrets/SMTP_URL'\n");
    expect(text).not.toContain('word');
    expect(statSync(settingsFileOf(installation, 'auth')).mode & 0o777).toBe(0o600);
    expect([readFileSync(secret(), 'utf8'), statSync(secret()).mode & 0o777]).toEqual(['smtp://u:word@mail.example', 0o400]);
    if (process.getuid?.() === 0) expect(statSync(secret()).uid).toBe(10_001);
  });

  it('is the same again with the same settings, and another one when only a secret changes', () => {
    const first = hand({ SMTP_URL: 'smtp://one.example' });
    chmodSync(settingsFileOf(installation, 'auth'), 0o600);
    writeFileSync(settingsFileOf(installation, 'auth'), first.replace(/AT='.*'/, "AT='before'"));
    expect(hand({ SMTP_URL: 'smtp://one.example' })).toContain("SETTINGS_GIVEN_AT='before'");
    expect(hand({ SMTP_URL: 'smtp://two.example' })).not.toContain("SETTINGS_GIVEN_AT='before'");
    expect(readFileSync(secret(), 'utf8')).toBe('smtp://two.example');
  });

  it('is taken away with the setting', () => {
    hand({ SMTP_URL: 'smtp://one.example' });
    expect(hand({})).toBe('# Written by deploy from voiceassist.env: change it there and run deploy again.\n');
    expect(existsSync(secret())).toBe(false);
  });
});
