import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
import { SigningKey } from './signing-key.entity.js';

@Injectable()
export class SigningKeysRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Runs the work while no other replica does the same. */
  exclusively<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(`SELECT pg_advisory_xact_lock(hashtext('auth.signing_key'))`);
      return work(manager);
    });
  }

  findActive(manager: EntityManager = this.dataSource.manager): Promise<SigningKey | null> {
    return manager.findOneBy(SigningKey, { retiredAt: IsNull() });
  }

  listActive(): Promise<SigningKey[]> {
    return this.dataSource.manager.findBy(SigningKey, { retiredAt: IsNull() });
  }
}
