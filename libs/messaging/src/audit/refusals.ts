import { randomUUID } from 'node:crypto';
import { auditActionOf, auditKindOf, type Actor, type AuditRecord, type CallableContract, type ServiceName } from '@voiceassist/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { AuditLog } from './audit-log.js';
import { auditSubjects } from './audit-subjects.js';
import { clientNetwork } from './client-network.js';
import type { RefusalSpool } from './refusal-spool.js';

/** An attempt that ended before the service that would have recorded it heard of it. */
export interface Refusal {
  readonly contract: Pick<CallableContract, 'audit'>;
  readonly actor: Actor;
  readonly requestId: string;
  readonly clientAddress?: string;
  /** Code of the failure. */
  readonly outcome: string;
  /** What was asked; only identifiers are taken from it. */
  readonly values?: readonly unknown[];
  readonly durationMs?: number;
}

export interface RefusalSettings {
  readonly service: ServiceName;
  readonly log: Pick<AuditLog, 'keep' | 'keepAgain'>;
  /** Where rows outlive the process; without it they are in memory alone. */
  readonly spool?: RefusalSpool;
  readonly logger: Logger;
  readonly windowMs?: number;
  readonly retryMs?: number;
  /** How many askers are told apart within one window; all further ones are counted together. */
  readonly mostAskers?: number;
  /** How many rows wait one by one; all further ones are counted together by action and code. */
  readonly mostWaiting?: number;
}

interface Waiting {
  readonly record: AuditRecord;
  readonly isOld?: true;
}

interface Like {
  /** The first attempt that was not recorded by itself. */
  record?: AuditRecord;
  further: number;
}

const drainMs = 3_000;

/**
 * Records attempts that an edge refused. The first of its kind (action, code, asker) within a minute is a row of its own
 * and goes at once, all further ones of that minute are one row with a count: a flood makes few rows. Rows wait in the
 * spool until the trail takes them; when very many wait, further ones join those of their action and code, so that none
 * is lost and the spool stays small. Nothing here makes anybody wait, and nothing throws.
 */
export class Refusals {
  private readonly likes = new Map<string, Like>();
  private readonly waiting: Waiting[] = [];
  /** Beyond what waits one by one: a row for each action and code. */
  private readonly overflow = new Map<string, AuditRecord>();
  private sending: Promise<void> | undefined;
  private window: NodeJS.Timeout | undefined;
  private closed = false;
  private readonly limits;

  constructor(private readonly settings: RefusalSettings) {
    this.limits = { windowMs: 60_000, retryMs: 5_000, mostAskers: 500, mostWaiting: 2_000, ...settings };
    for (const record of settings.spool?.read() ?? []) this.waiting.push({ record, isOld: true });
  }

  /** Sends what an earlier process has left; once every part of the service is open, as only then it is known to whom. */
  start(): void {
    if (this.waiting.length > 0) this.begin();
  }

  note(refusal: Refusal): void {
    const action = auditActionOf(refusal.contract);
    if (action === undefined || this.closed) return;
    const { key, crowded } = this.keyOf(action, refusal);
    const like = this.likes.get(key);
    if (!like) {
      this.likes.set(key, { further: 0 });
      this.window ??= setTimeout(() => this.endWindow(), this.limits.windowMs).unref();
      return this.send(this.recordOf(action, refusal));
    }
    like.record ??= { ...this.recordOf(action, refusal), ...(crowded && { actor: { type: 'anonymous' }, clientNetwork: undefined }), subjects: {} };
    like.further += 1;
    this.spoolLater();
  }

  /** Sends what has been counted so far and waits a moment for the trail to take it. */
  async drain(): Promise<void> {
    this.endWindow();
    await Promise.race([this.sending, delay(drainMs, undefined, { ref: false })]);
    await this.settings.spool?.flush();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.window);
    const rows = this.pending().length;
    if (rows === 0) return;
    if (this.settings.spool) this.settings.logger.warn({ rows }, 'audit rows of refused attempts wait in their file');
    else this.settings.logger.error({ rows }, 'audit rows of refused attempts could not be kept');
  }

  private keyOf(action: string, { actor, outcome, clientAddress }: Refusal): { key: string; crowded: boolean } {
    const asker = actor.type === 'user' ? `user ${actor.sessionId}` : `from ${clientNetwork(clientAddress) ?? 'somewhere'}`;
    const key = `${action} ${outcome} ${asker}`;
    const crowded = !this.likes.has(key) && this.likes.size >= this.limits.mostAskers;
    return { key: crowded ? `${action} ${outcome} among many` : key, crowded };
  }

  private recordOf(action: string, { actor, requestId, clientAddress, outcome, values = [], durationMs = 0 }: Refusal): AuditRecord {
    return {
      auditId: randomUUID(), occurredAt: new Date().toISOString(), service: this.settings.service, action, kind: auditKindOf(action), actor, requestId,
      clientNetwork: clientNetwork(clientAddress), outcome, subjects: auditSubjects(...values), durationMs,
    };
  }

  private endWindow(): void {
    clearTimeout(this.window);
    this.window = undefined;
    for (const { record, further } of this.likes.values()) if (record) this.send({ ...record, attempts: further });
    this.likes.clear();
  }

  private send(record: AuditRecord): void {
    if (this.waiting.length >= this.limits.mostWaiting) this.join(record);
    else this.waiting.push({ record });
    this.spoolLater();
    this.begin();
  }

  private join(record: AuditRecord): void {
    const key = `${record.action} ${record.outcome}`;
    const before = this.overflow.get(key) ?? { ...record, actor: { type: 'anonymous' }, clientNetwork: undefined, subjects: {}, attempts: 0 };
    this.overflow.set(key, { ...before, attempts: (before.attempts ?? 0) + (record.attempts ?? 1) });
  }

  private begin(): void {
    this.sending ??= this.sendAll().finally(() => (this.sending = undefined));
  }

  private async sendAll(): Promise<void> {
    for (let next = this.next(); next && !this.closed; next = this.next()) {
      try {
        await (next.isOld ? this.settings.log.keepAgain(next.record) : this.settings.log.keep(next.record));
        this.waiting.shift();
        this.spoolLater();
      } catch {
        await delay(this.limits.retryMs, undefined, { ref: false }); // admin is away: its rows wait here
      }
    }
  }

  private next(): Waiting | undefined {
    if (this.waiting.length === 0) {
      for (const record of this.overflow.values()) this.waiting.push({ record });
      this.overflow.clear();
    }
    return this.waiting[0];
  }

  private spoolLater(): void {
    this.settings.spool?.changed(() => this.pending());
  }

  /** Everything that has not arrived yet, also what is still being counted. */
  private pending(): AuditRecord[] {
    const counted = [...this.likes.values()].flatMap(({ record, further }) => (record ? [{ ...record, attempts: further }] : []));
    return [...this.waiting.map(({ record }) => record), ...this.overflow.values(), ...counted];
  }
}
