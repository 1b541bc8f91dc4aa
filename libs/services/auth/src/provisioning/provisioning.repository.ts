import { Injectable } from '@nestjs/common';
import { DataSource, QueryFailedError, type EntityManager } from 'typeorm';
import { Account } from '../accounts/account.entity.js';

const isRepetition = (error: unknown) => error instanceof QueryFailedError && (error.driverError as { code?: string }).code === '23505';

@Injectable()
export class ProvisioningRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Moves an account to another address, which nobody has proved yet, and does the rest with it; `taken` when somebody has that address. */
  async moveTo(emailKey: string, userId: string, within: (manager: EntityManager, formerKey: string) => Promise<void>): Promise<'moved' | 'unknown' | 'taken'> {
    try {
      return await this.dataSource.transaction(async (manager) => {
        const account = await manager.findOne(Account, { where: { userId }, lock: { mode: 'pessimistic_write' } });
        if (!account) return 'unknown';
        if (account.emailKey === emailKey) return 'moved';
        await manager.update(Account, { userId }, { emailKey, emailVerifiedAt: null });
        await within(manager, account.emailKey);
        return 'moved';
      });
    } catch (error) {
      if (isRepetition(error)) return 'taken';
      throw error;
    }
  }
}
