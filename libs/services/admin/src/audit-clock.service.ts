import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { ServiceLogger } from '@voiceassist/kit';
import { AuditConfig } from './admin.config.js';
import { Checkpoints } from './checkpoints/checkpoints.service.js';
import { AuditExports } from './export/audit-exports.service.js';
import { LaidAsideRecords } from './ledger/laid-aside-records.service.js';
import { Retention } from './retention/retention.service.js';
import { SealKeys } from './sealing/seal-keys.repository.js';
import { LedgerHealth } from './verification/ledger-health.js';
import { Verifications } from './verification/verifications.service.js';

const tickMs = 60_000;
const exportLifeMs = 600_000;
const retentionEveryMs = 6 * 3_600_000;
/** Nothing is removed right after a start, when somebody may still want to set a hold. */
const firstRetentionMs = 300_000;

/** Does what the ledger needs by the clock: checkpoints, verification, removal of what is too old. */
@Injectable()
export class AuditClock implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private running: Promise<void> | null = null;
  private keysAreSealed = false;
  private nextRetention = Date.now() + firstRetentionMs;

  constructor(
    private readonly config: AuditConfig,
    private readonly laidAside: LaidAsideRecords,
    private readonly checkpoints: Checkpoints,
    private readonly verifications: Verifications,
    private readonly retention: Retention,
    private readonly exports: AuditExports,
    private readonly sealKeys: SealKeys,
    private readonly health: LedgerHealth,
    private readonly logger: ServiceLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.tick();
    this.timer = setInterval(() => this.tick(), tickMs).unref();
  }

  /** The last checkpoint vouches for everything up to the end. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
    await this.attempt(() => this.checkpoints.take());
  }

  private tick(): void {
    this.running ??= this.work().finally(() => (this.running = null));
  }

  private async work(): Promise<void> {
    await this.attempt(() => this.laidAside.takeUp());
    await this.attempt(() => this.rewrap());
    if (!this.keysAreSealed) await this.attempt(() => this.checkpoints.sealKeys().then(() => (this.keysAreSealed = true)));
    await this.attempt(() => this.checkpoints.take({ unlessYoungerThanMs: this.config.AUDIT_CHECKPOINT_MINUTES * 60_000 }));
    await this.attempt(() => this.verifyWhenDue());
    await this.attempt(() => this.exports.discard(exportLifeMs));
    if (Date.now() < this.nextRetention) return;
    this.nextRetention = Date.now() + retentionEveryMs;
    await this.attempt(() => this.retention.apply());
  }

  /** One replica after the other: whoever finds that it is due does it for all. */
  private async verifyWhenDue(): Promise<void> {
    const last = await this.verifications.last();
    if (last && Date.now() - Date.parse(last.finishedAt) < this.config.AUDIT_VERIFY_HOURS * 3_600_000) return this.health.tell(last);
    await this.verifications.verify();
  }

  private async rewrap(): Promise<void> {
    const rewrapped = await this.sealKeys.rewrap();
    if (rewrapped > 0) this.logger.info('keys of the audit are under the current master key', { rewrapped });
  }

  private async attempt(task: () => Promise<unknown>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.logger.warn('a task of the audit failed, it is tried again', { err: error });
    }
  }
}
