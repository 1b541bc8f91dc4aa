import { setTimeout as sleep } from 'node:timers/promises';
import { createPostgresBackend, createRedisBackend, withBackend } from 'bullmq';
import type { DueJob } from './job-store.js';
import { JobDispatcher } from './job-dispatcher.js';
import type { QueueConnection } from './queue-schema.js';

type Dispatched = { readonly id: string };

/** Where BullMQ keeps its queue. */
export type QueuePlace =
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'postgres'; readonly connection: QueueConnection };

export interface BullDispatcherOptions {
  readonly place: QueuePlace;
  /** Name of the queue: the service. */
  readonly queue: string;
  readonly concurrency: number;
  /** Called when the connection fails; it is restored by itself. */
  readonly onTrouble: (error: Error) => void;
}

/** Finished and failed entries leave the queue at once, so that the same attempt can be dispatched again. */
const entry = { attempts: 1, removeOnComplete: true, removeOnFail: true };
/** Without Redis the service starts all the same: jobs wait in their rows. */
const firstConnectMs = 2_000;
const workerSettings = {
  lockDuration: 20_000, stalledInterval: 20_000, maxStalledCount: 1_000,
  removeOnComplete: { count: 0 }, removeOnFail: { count: 0 }, autorun: false,
};

function openRedis(url: string, { queue, concurrency }: BullDispatcherOptions) {
  const { Queue, Worker } = withBackend(createRedisBackend);
  const base = { prefix: 'va-jobs' };
  return {
    // a queue fails at once while Redis is away, for the sweeper asks again; a worker waits for it
    queue: new Queue<Dispatched>(queue, { ...base, connection: { url, enableOfflineQueue: false, maxRetriesPerRequest: 1 } }),
    worker: (run: (id: string) => Promise<void>) =>
      new Worker<Dispatched>(queue, (job) => run(job.data.id), { ...base, ...workerSettings, concurrency, connection: { url, maxRetriesPerRequest: null } }),
  };
}

function openPostgres(queueConnection: QueueConnection, { queue, concurrency }: BullDispatcherOptions) {
  const { Queue, Worker } = withBackend(createPostgresBackend);
  const connection = { ...queueConnection };
  return {
    queue: new Queue<Dispatched>(queue, { connection }),
    worker: (run: (id: string) => Promise<void>) =>
      new Worker<Dispatched>(queue, (job) => run(job.data.id), { ...workerSettings, concurrency, connection }),
  };
}

/** Dispatches through BullMQ: on Redis, or on its tables in the service's own database. */
export class BullJobDispatcher extends JobDispatcher {
  private readonly opened: ReturnType<typeof openRedis> | ReturnType<typeof openPostgres>;
  private worker: ReturnType<BullJobDispatcher['opened']['worker']> | undefined;
  private readonly closing = new AbortController();

  constructor(private readonly options: BullDispatcherOptions) {
    super();
    this.opened = options.place.kind === 'redis' ? openRedis(options.place.url, options) : openPostgres(options.place.connection, options);
    this.opened.queue.on('error', options.onTrouble);
  }

  async dispatch(jobs: readonly DueJob[]): Promise<void> {
    if (jobs.length === 0) return;
    await this.opened.queue.addBulk(jobs.map(({ id, subject, attempt, delay_ms: delay }) => ({
      name: subject, data: { id }, opts: { ...entry, jobId: `${id}.${attempt}`, delay },
    })));
  }

  async work(run: (jobId: string) => Promise<void>): Promise<void> {
    // whoever still works when we close keeps the row's lease, not the queue's entry
    const closing = new Promise<void>((resolve) => this.closing.signal.addEventListener('abort', () => resolve()));
    const worker = this.opened.worker((jobId) => Promise.race([run(jobId), closing]));
    this.worker = worker;
    worker.on('error', this.options.onTrouble);
    worker.run().catch(this.options.onTrouble);
    await Promise.race([this.opened.queue.waitUntilReady().catch(this.options.onTrouble), sleep(firstConnectMs, undefined, { ref: false })]);
  }

  async pause(): Promise<void> {
    await this.worker?.pause(true);
  }

  async check(): Promise<void> {
    await this.opened.queue.getWaitingCount();
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.worker?.close();
    await this.opened.queue.close();
  }
}
