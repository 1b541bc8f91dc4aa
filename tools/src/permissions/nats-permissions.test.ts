import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { admin, catalogue, dealings, mayDeal, type ServiceName } from '@voiceassist/contracts';
import { whenServer } from '@voiceassist/kit';
import { natsServices } from '@voiceassist/messaging';
import { connect, headers, nkeyAuthenticator } from 'nats';
import { keyPairs } from './bus-keys.js';
import { connectionOf, RawService } from './raw-service.js';
import { renderNatsPermissions } from './render-permissions.js';
import { startSecuredNats, type SecuredNats } from './secured-nats.js';

interface Trial {
  readonly subject: string;
  readonly publish: (service: ServiceName) => boolean;
  readonly subscribe: (service: ServiceName) => boolean;
}

const nobody = () => false;
const segment = (subject: string) => subject.split('.')[2] ?? '';
const owners = new Map(catalogue.map(({ service, contract }) => [contract.subject, service as ServiceName]));
const ownerOfSegment = new Map(catalogue.filter(({ contract }) => 'access' in contract || 'input' in contract).map(({ service, contract }) => [segment(contract.subject), service as ServiceName]));
const asks = (service: ServiceName, name: string) => ownerOfSegment.get(name) === service || dealings[service].calls.some(({ subject }) => segment(subject) === name);
const hears = (service: ServiceName, subject: string) => dealings[service].hears.some((contract) => contract.subject === subject);

const operations: Trial[] = catalogue.map(({ contract }) => {
  const { subject, verb } = contract;
  if (verb === 'job') return { subject, publish: nobody, subscribe: nobody };
  if (verb === 'event') return { subject, publish: (service) => mayDeal(service, 'tells', contract), subscribe: nobody };
  return { subject, publish: (service) => mayDeal(service, 'calls', contract), subscribe: (service) => owners.get(subject) === service };
});

const controls: Trial[] = [...ownerOfSegment].flatMap(([name, owner]) => ['all', 'replica.call-1'].map((rest) => ({
  subject: `va.ctl.${name}.${rest}`, publish: (service) => asks(service, name), subscribe: (service) => service === owner,
})));

const inboxes: Trial[] = natsServices.flatMap((owner) => [
  { subject: `_INBOX.${owner}.someone.call-1`, publish: nobody, subscribe: (service) => service === owner },
  ...[...ownerOfSegment].map(([name, server]): Trial => ({
    subject: `_INBOX.${owner}.lane.${name}.someone.call-1`, publish: (service) => service === server && asks(owner, name), subscribe: (service) => service === owner,
  })),
]);

const tellsSomething = (service: ServiceName) => dealings[service].tells.length + dealings[service].hears.length > 0;
const stream: Trial[] = [
  ...['INFO', 'CREATE'].map((verb): Trial => ({ subject: `$JS.API.STREAM.${verb}.VA_EVENTS`, publish: tellsSomething, subscribe: nobody })),
  ...['UPDATE', 'DELETE', 'PURGE', 'SNAPSHOT', 'RESTORE', 'MSG.GET', 'MSG.DELETE'].map((verb): Trial => ({ subject: `$JS.API.STREAM.${verb}.VA_EVENTS`, publish: nobody, subscribe: nobody })),
  ...['$JS.API.INFO', '$JS.API.STREAM.NAMES', '$JS.API.STREAM.CREATE.OTHER', '$JS.API.CONSUMER.LIST.VA_EVENTS', '$JS.API.CONSUMER.CREATE.VA_EVENTS', '$JS.API.DIRECT.GET.VA_EVENTS',
    '$SYS.REQ.SERVER.PING', '$SYS.REQ.ACCOUNT.PING.CONNZ'].map((subject): Trial => ({ subject, publish: nobody, subscribe: nobody })),
  ...natsServices.flatMap((owner) => catalogue.filter(({ contract }) => contract.verb === 'event').flatMap(({ contract: { subject } }) => {
    const consumer = `VA_EVENTS.${owner}__${subject.replaceAll('.', '_')}`;
    const own = (service: ServiceName) => service === owner && hears(owner, subject);
    return [
      ...['INFO', 'MSG.NEXT'].map((verb): Trial => ({ subject: `$JS.API.CONSUMER.${verb}.${consumer}`, publish: own, subscribe: nobody })),
      { subject: `$JS.API.CONSUMER.CREATE.${consumer}.${subject}`, publish: own, subscribe: nobody },
      { subject: `$JS.API.CONSUMER.CREATE.${consumer}.va.v1.users.evt.anything.else`, publish: nobody, subscribe: nobody },
      { subject: `$JS.API.CONSUMER.DURABLE.CREATE.${consumer}`, publish: nobody, subscribe: nobody },
      { subject: `$JS.API.CONSUMER.DELETE.${consumer}`, publish: nobody, subscribe: nobody },
      { subject: `$JS.ACK.${consumer}.1.1.1.1.1`, publish: own, subscribe: nobody },
    ];
  })),
];

const wildcards: Trial[] = ['>', 'va.>', 'va.v1.>', 'va.v1.*.rpc.>', 'va.v1.*.evt.>', 'va.ctl.>', '_INBOX.>', '_INBOX.*.lane.>', '$JS.>', '$JS.ACK.>', '$SYS.>']
  .map((subject) => ({ subject, publish: nobody, subscribe: nobody }));

const published = [...operations, ...controls, ...inboxes, ...stream];
const subscribed = [...published, ...wildcards];

whenServer('nats', () => {
  describe('the users of the message bus', () => {
    let folder: string;
    let nats: SecuredNats;
    const opened: RawService[] = [];
    const open = async (service: ServiceName) => {
      const raw = await RawService.open(nats.settingsOf(service));
      opened.push(raw);
      return raw;
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'voiceassist-bus-'));
      nats = await startSecuredNats({ folder: join(folder, 'nats'), keysFolder: join(folder, 'keys') });
    }, 60_000);
    afterAll(async () => {
      for (const raw of opened) await raw.close();
      await nats?.server.stop();
      await rm(folder, { recursive: true, force: true });
    });

    it.each(natsServices.map((service) => [service] as const))('%s may publish and listen exactly where it must', async (service) => {
      const raw = await open(service);
      const expectedRefusals = (trials: readonly Trial[], may: 'publish' | 'subscribe') => trials.filter((trial) => !trial[may](service)).map(({ subject }) => subject);
      const subjects = (trials: readonly Trial[]) => trials.map(({ subject }) => subject);
      expect(await raw.refusedOf('publish', subjects(published))).toEqual(expectedRefusals(published, 'publish'));
      expect(await raw.refusedOf('subscribe', subjects(subscribed))).toEqual(expectedRefusals(subscribed, 'subscribe'));
    });

    it('lets a service that was taken over reach the ledger in no other name than its own', async () => {
      const taken = await open('kb-indexer');
      const { subject: recorded } = admin.auditRecorded;
      const { subject: record } = admin.recordAudit;
      const foreign = [record, recorded, ...natsServices.filter((service) => service !== 'kb-indexer').flatMap((service) => [`${record}.${service}`, `${recorded}.${service}`])];
      expect(await taken.refusedOf('publish', foreign)).toEqual(foreign);
      expect(await taken.refusedOf('publish', [`${record}.kb-indexer`, `${recorded}.kb-indexer`])).toEqual([]);
    });

    it('lets the asked service answer once, and nobody else', async () => {
      const [gateway, kbIndexer, integrations] = [await open('gateway'), await open('kb-indexer'), await open('integrations')];
      const subject = 'va.v1.kb.rpc.passages.search';
      const heard: string[] = [];
      const reply = '_INBOX.gateway.someone.call-7';
      gateway.connection.subscribe(reply, { callback: (_error, message) => heard.push(message.string()) });
      const questions = kbIndexer.connection.subscribe(subject);
      await Promise.all([gateway.connection.flush(), kbIndexer.connection.flush()]);
      expect(await integrations.refusedOf('publish', [reply])).toEqual([reply]);
      expect(await kbIndexer.refusedOf('publish', [reply])).toEqual([reply]);
      gateway.connection.publish(subject, '{}', { reply, headers: headers() });
      for await (const question of questions) {
        question.respond('the answer');
        break;
      }
      await kbIndexer.connection.flush();
      expect(await kbIndexer.refusedOf('publish', [reply])).toEqual([reply]);
      await gateway.connection.flush();
      expect(heard).toEqual(['the answer']);
    });

    it('refuses other keys, no key, no certificate and plain text', async () => {
      const settings = connectionOf(nats.settingsOf('auth'));
      await expect(connect({ ...settings, authenticator: nkeyAuthenticator(keyPairs.createUser().getSeed()) })).rejects.toMatchObject({ code: 'AUTHORIZATION_VIOLATION' });
      await expect(connect({ ...settings, authenticator: undefined })).rejects.toMatchObject({ code: 'AUTHORIZATION_VIOLATION' });
      await expect(connect({ ...settings, authenticator: undefined, user: 'auth', pass: 'auth' })).rejects.toMatchObject({ code: 'AUTHORIZATION_VIOLATION' });
      await expect(connect({ ...settings, tls: { caFile: (settings.tls as { caFile: string }).caFile } })).rejects.toThrow();
      await expect(connect({ ...settings, tls: null })).rejects.toThrow();
    });

    it('trusts only the authority of this installation', async () => {
      const settings = connectionOf(nats.settingsOf('auth'));
      await expect(connect({ ...settings, tls: {} })).rejects.toThrow();
    });

    it('keeps every key readable by its owner only, and makes it once', async () => {
      const keysFolder = join(folder, 'keys');
      const files = (await readdir(keysFolder, { recursive: true })).filter((name) => /\.(nkey|key)$/.test(name)).map((name) => join(keysFolder, name));
      expect(files).toHaveLength(natsServices.length * 2 + 2);
      for (const file of files) expect((await stat(file)).mode & 0o777).toBe(0o600);
      const contents = await Promise.all(files.map((file) => readFile(file, 'utf8')));
      const again = await startSecuredNats({ folder: join(folder, 'nats-again'), keysFolder });
      await again.server.stop();
      expect(await Promise.all(files.map((file) => readFile(file, 'utf8')))).toEqual(contents);
    });
  });
});

describe('the generated permissions', () => {
  it('hold no key, and name no subject with a wildcard but a lane, a control subject, an acknowledgement or an own inbox', () => {
    const text = renderNatsPermissions();
    expect(text).not.toMatch(/nkey: U|S[A-Z0-9]{50}/);
    const wide = [...text.matchAll(/"([^"]*[>*][^"]*)"/g)].map(([, subject]) => subject).filter((subject) => !/^(va\.ctl\.[a-z]+\.>|_INBOX\.[a-z-]+\.(lane\.[a-z]+\.)?>|\$JS\.ACK\.VA_EVENTS\.\w[\w-]+\.>)$/.test(subject ?? ''));
    expect(wide).toEqual([]);
  });
});
