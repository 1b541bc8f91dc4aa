import { Controller, Injectable } from '@nestjs/common';
import { auth, users, type ParsedInputOf, type Role, type TokenPair, type User } from '@voiceassist/contracts';
import { Call, commonFailure, failure, ServiceModule, startProcess, type Environment, type RunningProcess } from '@voiceassist/kit';
import { AccessTokenVerifier, Bus, busPart, Handles, identityPart, messagingMigrations, Outbox, outboxPart, RevocationFeed, type ClientOf } from '@voiceassist/messaging';
import { sqlPart } from '@voiceassist/storage';
import { DataSource } from 'typeorm';
import { AuthModule } from '../auth.module.js';

/** Stands in for the service `users`: keeps people in memory, so that several houses can know the same ones. */
@Injectable()
export class Directory {
  static people = new Map<string, User>();
  /** So many creations are answered as if the service were still starting. */
  static awayFor = 0;
  /** So many questions for the holders of a role are answered like that. */
  static silentFor = 0;
}

const { createUser, getUser, listHolders, changeRoles, deactivateUser, accessChanged } = users;
const operations = { createUser, getUser, listHolders, changeRoles, deactivateUser, accessChanged };

@Controller()
class DirectoryHandlers {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
  ) {}

  @Handles(createUser)
  async create(input: ParsedInputOf<typeof createUser>): Promise<User> {
    if (Directory.awayFor > 0) {
      Directory.awayFor -= 1;
      throw commonFailure('UNAVAILABLE', 'still starting');
    }
    const user = { ...input, active: true, createdAt: new Date().toISOString() };
    Directory.people.set(input.userId, user);
    return user;
  }

  @Handles(getUser)
  async get({ userId }: ParsedInputOf<typeof getUser>): Promise<User> {
    const user = Directory.people.get(userId);
    if (!user) throw failure(getUser, 'USER_NOT_FOUND', 'nobody');
    return user;
  }

  @Handles(listHolders)
  async holders({ role }: ParsedInputOf<typeof listHolders>) {
    if (Directory.silentFor > 0) {
      Directory.silentFor -= 1;
      throw commonFailure('UNAVAILABLE', 'still starting');
    }
    return { userIds: [...Directory.people.values()].filter(({ active, roles }) => active && roles.includes(role)).map(({ userId }) => userId) };
  }

  @Handles(changeRoles)
  changeRoles({ userId, roles }: ParsedInputOf<typeof changeRoles>, call: Call): Promise<User> {
    return this.change(userId, { roles }, call);
  }

  @Handles(deactivateUser)
  deactivate({ userId }: ParsedInputOf<typeof deactivateUser>, call: Call): Promise<User> {
    return this.change(userId, { active: false }, call);
  }

  private async change(userId: string, change: Partial<User>, call: Call): Promise<User> {
    const user = { ...(await this.get({ userId })), ...change };
    Directory.people.set(userId, user);
    await this.dataSource.transaction((manager) => this.outbox.publish(manager, accessChanged, { userId, active: user.active, roles: user.roles }, call));
    return user;
  }
}

@ServiceModule({
  name: 'users',
  uses: [
    busPart({ name: 'users', operations }),
    sqlPart({ schema: 'users', entities: [], migrations: messagingMigrations }),
    outboxPart({ name: 'users', operations }),
  ],
  controllers: [DirectoryHandlers],
  providers: [Directory],
})
class DirectoryModule {}

/** An edge that checks access tokens, as the gateway does. */
@ServiceModule({ name: 'gateway', uses: [busPart(), identityPart()] })
class EdgeModule {}

export const administrator = { email: 'admin@voiceassist.local', password: 'first start of a new house' };

type AuthClient = ClientOf<typeof auth>;

export interface House {
  readonly running: RunningProcess;
  /** `login` answers tokens at once; see `login` of the house for people with second factors. */
  readonly auth: Omit<AuthClient, 'login'> & { login(...input: Parameters<AuthClient['login']>): Promise<TokenPair> };
  readonly login: AuthClient['login'];
  readonly users: ClientOf<typeof users>;
  readonly verifier: AccessTokenVerifier;
  readonly feed: RevocationFeed;
  readonly sql: DataSource;
  close(): Promise<void>;
}

/** Starts `auth` with a stand-in for `users` and an edge, on the database of the environment or on one in memory. */
export async function startHouse(environment: Environment = {}): Promise<House> {
  const running = await startProcess({
    name: 'auth-test', modules: [DirectoryModule, AuthModule, EdgeModule],
    environment: {
      BUS_URL: 'memory:', DATABASE_URL: 'pglite:memory', REVOCATION_POLL_MS: '50', AUTH_SESSION_SWEEP_MS: '100', ADMIN_PASSWORD: administrator.password,
      ARGON2_MEMORY_KIB: '8192', ARGON2_PASSES: '1', AUTH_FACTOR_POLICY: 'offered', ENCRYPTION_KEYS_URL: 'env:', ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 5).toString('base64')}`, ...environment,
    },
  });
  const bus = running.get(AuthModule, Bus);
  const client = bus.client(auth);
  const signIn: House['auth']['login'] = async (...input) => {
    const answer = await client.login(...input);
    if (answer.kind !== 'signed-in') throw new Error('a second factor has to be shown first');
    const { kind: _, ...tokens } = answer;
    return tokens;
  };
  return {
    running, auth: { ...client, login: signIn }, login: (...input) => client.login(...input), users: running.get(EdgeModule, Bus).client(users),
    verifier: running.get(EdgeModule, AccessTokenVerifier), feed: running.get(EdgeModule, RevocationFeed), sql: running.get(AuthModule, DataSource),
    close: () => running.close(),
  };
}

export const stranger = () => Call.begin();
export const asService = () => Call.asService('gateway');

/** A call in the name of whoever holds the access token. */
export async function asHolder(house: House, accessToken: string): Promise<Call> {
  return Call.begin({ actor: (await house.verifier.verify(accessToken)).actor });
}

/** The same call after a second factor was shown. */
export const fresh = (call: Call): Call => call.with({ actor: { ...call.user, factorAt: Math.floor(Date.now() / 1_000) } });

/** Waits until the condition holds; the test's own time limit ends the waiting. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** As if a second factor had been shown in the session, where the role demands one: most tests are about something else. */
async function admitted(house: House, tokens: TokenPair): Promise<TokenPair> {
  if (!tokens.mustEnrol) return tokens;
  const { user } = await asHolder(house, tokens.accessToken);
  await house.sql.query('UPDATE auth.session SET factor_at = now() WHERE session_id = $1', [user.sessionId]);
  return house.auth.refresh({ refreshToken: tokens.refreshToken }, stranger());
}

/** Waits until `auth` has its first administrator and signs the administrator in. */
export async function signInAdministrator(house: House): Promise<TokenPair> {
  await until(async () => (await fetch(`${house.running.url}/ready`)).status === 200);
  return admitted(house, await house.auth.login(administrator, stranger()));
}

/** As if the owner had chosen the password: most tests are about people who have long done so. */
export async function forgetGiven(house: House, userId: string): Promise<void> {
  await house.sql.query('UPDATE auth.account SET password_given = false WHERE user_id = $1', [userId]);
}

interface AuditRow {
  readonly action: string;
  readonly kind: string;
  readonly outcome: string;
  readonly subjects: Readonly<Record<string, string>>;
  readonly change?: object;
}

/** What `auth` has recorded of that action, the oldest first. */
export async function auditRows(house: House, action: string): Promise<AuditRow[]> {
  const rows = await house.sql.query<{ payload: AuditRow }[]>(`SELECT payload FROM auth.outbox WHERE subject LIKE '%audit%' ORDER BY created_at`);
  return rows.flatMap(({ payload }) => (payload.action === action ? [payload] : []));
}

let addresses = 0;

/** Creates an account with its own address and signs it in. */
export async function newcomer(house: House, administratorToken: string, roles: Role[] = ['clinician']) {
  addresses += 1;
  const credentials = { email: `person-${addresses}@example.org`, password: `purple elephants whistle ${addresses} tunes` };
  const call = fresh(await asHolder(house, administratorToken));
  const user = await house.auth.createAccount({ ...credentials, displayName: 'Newcomer', roles }, call);
  await forgetGiven(house, user.userId);
  return { user, credentials, tokens: await admitted(house, await house.auth.login(credentials, stranger())) };
}
