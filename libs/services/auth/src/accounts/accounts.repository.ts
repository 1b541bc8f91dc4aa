import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, Not, type EntityManager } from 'typeorm';
import { Account } from './account.entity.js';

export interface Reservation {
  readonly userId: string;
  readonly claim: string;
}

/** Longer than any call may take, so that two creations of one address never overlap. */
const claimSeconds = 30;

@Injectable()
export class AccountsRepository {
  constructor(private readonly dataSource: DataSource) {}

  transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(work);
  }

  /** Accounts that somebody can sign in to; reservations are not among them. */
  findByEmail(emailKey: string): Promise<Account | null> {
    return this.dataSource.manager.findOneBy(Account, { emailKey, passwordHash: Not(IsNull()) });
  }

  find(userId: string): Promise<Account | null> {
    return this.dataSource.manager.findOneBy(Account, { userId, passwordHash: Not(IsNull()) });
  }

  hasGivenPassword(userId: string): Promise<boolean> {
    return this.dataSource.manager.existsBy(Account, { userId, passwordGiven: true });
  }

  hasAny(): Promise<boolean> {
    return this.dataSource.manager.existsBy(Account, { passwordHash: Not(IsNull()) });
  }

  /** Takes the address for one creation; `taken` for good, or `busy` while another creation holds it. */
  async reserve(emailKey: string): Promise<Reservation | 'taken' | 'busy'> {
    const claim = randomUUID();
    const rows = await this.dataSource.query<{ user_id: string }[]>(
      `INSERT INTO auth.account AS a (user_id, email_key, claim, claimed_until)
       VALUES ($1, $2, $3, clock_timestamp() + make_interval(secs => ${claimSeconds}))
       ON CONFLICT (email_key) DO UPDATE SET claim = excluded.claim, claimed_until = excluded.claimed_until
         WHERE a.password_hash IS NULL AND a.claimed_until < clock_timestamp()
       RETURNING user_id`,
      [randomUUID(), emailKey, claim],
    );
    const [row] = rows;
    if (row) return { userId: row.user_id, claim };
    return (await this.findByEmail(emailKey)) ? 'taken' : 'busy';
  }

  /** Makes the reservation an account; false when another creation has taken it over meanwhile. */
  async activate(manager: EntityManager, { userId, claim }: Reservation, password: Pick<Account, 'passwordHash' | 'passwordGiven'>): Promise<boolean> {
    const { affected } = await manager.update(Account, { userId, claim, passwordHash: IsNull() }, {
      ...password, claim: null, claimedUntil: null, passwordChangedAt: new Date(),
    });
    return affected === 1;
  }

  /** Gives the address up after a creation that certainly left no profile behind. */
  async release({ userId, claim }: Reservation): Promise<void> {
    await this.dataSource.manager.delete(Account, { userId, claim, passwordHash: IsNull() });
  }

  /** Lets the next creation begin at once; the id stays, because a profile may already have it. */
  async unclaim({ userId, claim }: Reservation): Promise<void> {
    await this.dataSource.manager.update(Account, { userId, claim, passwordHash: IsNull() }, { claimedUntil: new Date(0) });
  }

  /** Stores the hash with today's parameters unless the password was changed meanwhile. */
  async renewHash({ userId, passwordHash }: Account, renewed: string): Promise<void> {
    await this.dataSource.manager.update(Account, { userId, passwordHash: passwordHash ?? '' }, { passwordHash: renewed });
  }

  /** From the next token on the session serves for nothing but replacing the password, unless it was changed meanwhile. */
  async demandNewPassword({ userId, passwordHash }: Account): Promise<void> {
    await this.dataSource.manager.update(Account, { userId, passwordHash: passwordHash ?? '' }, { passwordGiven: true });
  }

  /** False when the password was changed meanwhile. */
  async changePassword(manager: EntityManager, { userId, passwordHash }: Account, changed: string): Promise<boolean> {
    const { affected } = await manager.update(Account, { userId, passwordHash: passwordHash ?? '' }, {
      passwordHash: changed, passwordGiven: false, passwordChangedAt: new Date(),
    });
    return affected === 1;
  }

  async noteVerified(manager: EntityManager, userId: string): Promise<void> {
    await manager.update(Account, { userId }, { emailVerifiedAt: new Date() });
  }

  /** From here on no sign-in that began earlier can finish; locks the account's row until the transaction ends. */
  async moveEpoch(manager: EntityManager, userId: string): Promise<void> {
    await manager.increment(Account, { userId }, 'accessEpoch', 1);
  }

  /** Whether the epoch is still the same; it stays so until the transaction ends. */
  async holdEpoch(manager: EntityManager, userId: string, epoch: number): Promise<boolean> {
    const account = await manager.findOne(Account, { where: { userId, accessEpoch: epoch }, lock: { mode: 'pessimistic_read' } });
    return account !== null;
  }
}
