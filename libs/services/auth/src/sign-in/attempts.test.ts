import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startPostgres, whenServer, type LocalServer } from '@voiceassist/kit';
import { provisionDatabase } from '@voiceassist/storage';
import { administrator, Directory, newcomer, signInAdministrator, startHouse, stranger, type House } from '../testing/house.js';

jest.setTimeout(120_000); // a database is started, on whatever machine

interface Refusal {
  readonly code: string;
  readonly details?: { readonly retryAfterSeconds: number; readonly retryAfterMs: number };
}

interface Try {
  readonly email: string;
  readonly password?: string;
  readonly clientAddress?: string;
}

const login = (house: House, { email, password = 'a guess at the password', clientAddress }: Try) =>
  house.auth.login({ email, password }, stranger().with({ clientAddress })).then(() => null, (error: Refusal) => error);
const someone = () => `${randomUUID()}@h.example`;

describe('guessing from one address', () => {
  let house: House;

  beforeAll(async () => {
    house = await startHouse({ AUTH_ADDRESS_FAILURES_PER_HOUR: '12' });
    await signInAdministrator(house);
  });
  afterAll(() => house?.close());

  it('is slowed down at whatever accounts, however many come at once, and nobody elsewhere is', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => login(house, { email: someone(), clientAddress: '203.0.113.7' })));
    expect(answers.filter((answer) => answer?.code === 'CREDENTIALS_REFUSED').length).toBeLessThanOrEqual(13);
    const refused = answers.filter((answer) => answer?.code === 'RATE_LIMITED');
    expect(refused.length).toBeGreaterThanOrEqual(17);
    expect(refused[0]?.details?.retryAfterMs).toBe((refused[0]?.details?.retryAfterSeconds ?? 0) * 1_000);
    expect(await login(house, { email: someone(), clientAddress: '203.0.113.8' })).toMatchObject({ code: 'CREDENTIALS_REFUSED' });
    expect(await login(house, { ...administrator, clientAddress: '203.0.113.8' })).toBeNull();
  });

  it('does not use up the attempts of an account once the address is refused', async () => {
    const email = someone();
    await Promise.all(Array.from({ length: 14 }, () => login(house, { email: someone(), clientAddress: '203.0.113.20' })));
    for (let attempt = 0; attempt < 12; attempt += 1) expect(await login(house, { email, clientAddress: '203.0.113.20' })).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await login(house, { email, clientAddress: '203.0.113.21' })).toMatchObject({ code: 'CREDENTIALS_REFUSED' });
  });

  it('ends as time passes, and successes cost nothing', async () => {
    await Promise.all(Array.from({ length: 14 }, () => login(house, { email: someone(), clientAddress: '2001:db8::1' })));
    expect(await login(house, { email: someone(), clientAddress: '2001:db8::ffff' })).toMatchObject({ code: 'RATE_LIMITED' });
    await house.sql.query(`UPDATE auth.address_attempt SET at = at - interval '1 hour'`);
    for (let attempt = 0; attempt < 15; attempt += 1) expect(await login(house, { ...administrator, clientAddress: '2001:db8::1' })).toBeNull();
  });

  it('costs the same statements and gets the same answer, whether there is such an account or not', async () => {
    const statements: string[] = [];
    const { logger } = house.sql;
    const recorder = Object.create(logger, { logQuery: { value: (query: string) => statements.push(query) } }) as typeof logger;
    const workOf = async (ask: () => Promise<unknown>) => {
      statements.length = 0;
      house.sql.logger = recorder;
      const answer = await ask();
      house.sql.logger = logger;
      return { answer, work: statements.filter((query) => /"account"|_attempt|outbox|"job"|\.job\b|link/i.test(query) && !/FOR UPDATE SKIP LOCKED/i.test(query)).map((query) => query.replaceAll(/\s+/g, ' ')) };
    };
    const plain = ({ code, details }: Refusal) => ({ code, details });
    const guesses = [];
    for (const email of [administrator.email, someone()]) guesses.push(await workOf(() => login(house, { email, clientAddress: '203.0.113.40' }).then((error) => error && plain(error))));
    expect(guesses[0]?.work.length).toBeGreaterThan(2);
    expect(guesses[0]).toEqual(guesses[1]);
    const resets = [];
    for (const email of [administrator.email, someone()]) resets.push(await workOf(() => house.auth.requestPasswordReset({ email }, stranger())));
    expect(resets[0]?.answer).toEqual({});
    expect(resets[0]?.work.slice(0, 3)).toEqual(resets[1]?.work.slice(0, 3));
  });

  it('is counted without keeping an address', async () => {
    const rows = await house.sql.query<{ text: string }[]>('SELECT a::text AS text FROM auth.address_attempt AS a');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toMatch(/203\.0|2001:db8/);
  });
});

whenServer('postgres', () => {
  describe('guessing at two replicas', () => {
    let server: LocalServer;
    const houses: House[] = [];

    beforeAll(async () => {
      Directory.people.clear();
      server = await startPostgres();
      await provisionDatabase({ adminUrl: server.url, schemas: [{ schema: 'auth' }, { schema: 'users' }] });
      for (let replica = 0; replica < 2; replica += 1) houses.push(await startHouse({ DATABASE_URL: server.url, AUTH_ADDRESS_FAILURES_PER_HOUR: '50' }));
    });
    afterAll(async () => {
      await Promise.all(houses.map((house) => house.close()));
      await server?.stop();
    });

    it('is counted together, for a known account as for an unknown one, with nothing but the database', async () => {
      const [one, two] = houses as [House, House];
      const { credentials } = await newcomer(one, (await signInAdministrator(one)).accessToken);
      const codesAt = async (email: string) => {
        const answers = await Promise.all(Array.from({ length: 24 }, (_, index) => login(index % 2 ? one : two, { email })));
        return answers.filter((answer) => answer?.code === 'CREDENTIALS_REFUSED').length;
      };
      for (const tried of [await codesAt(credentials.email), await codesAt(someone())]) {
        expect(tried).toBeGreaterThanOrEqual(10);
        expect(tried).toBeLessThanOrEqual(12);
      }
      const rows = await one.sql.query<{ failures: number }[]>('SELECT failures FROM auth.sign_in_attempt');
      expect(rows.every(({ failures }) => failures >= 10 && failures <= 12)).toBe(true);
    });
  });
});
