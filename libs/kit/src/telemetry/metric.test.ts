import { afterEach, describe, expect, it } from '@jest/globals';
import { listMetrics, metricsOf } from './metric.js';
import { installMetrics, readMetrics } from './metrics.js';
import { observeMetrics } from './observe-metrics.js';

const metrics = metricsOf('test');
const early = metrics.counter({ name: 'early_total', description: 'Counted before anybody installed metrics.' });
const tasks = metrics.counter({ name: 'tasks_total', labels: { outcome: ['done', 'failed'], kind: 'kind of the task' }, description: 'Tasks that have ended.' });
const waits = metrics.histogram({ name: 'wait_seconds', unit: 's', buckets: [0.1, 1], description: 'How long somebody waited.' });
const queued = metrics.gauge({ name: 'queued', labels: { queue: ['left', 'right'] }, description: 'What waits.' });

const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

describe('a metric', () => {
  it('is listed with its owner, kind and labels without having counted anything', () => {
    expect(listMetrics().find(({ name }) => name === 'tasks_total')).toMatchObject({ kind: 'counter', owner: 'test', labels: { outcome: ['done', 'failed'] } });
    expect(() => metrics.counter({ name: 'tasks_total', description: 'Again.' })).toThrow(/twice/);
    expect(() => metrics.counter({ name: 'Tasks', description: 'Odd.' })).toThrow(/no name/);
  });

  it('counts from the moment metrics are installed, also when it was used before', async () => {
    early.add(5);
    installMetrics('test');
    early.add(1);
    tasks.add(2, { outcome: 'done', kind: 'small' });
    waits.record(0.5);
    const text = await readMetrics();
    expect(text).toMatch(/^early_total(?:\{\})? 1$/m);
    expect(text).toContain('tasks_total{outcome="done",kind="small"} 2');
    expect(text).toMatch(/^wait_seconds_bucket\{le="1"\} 1$/m);
    expect(text).toMatch(/^nodejs_eventloop_utilization_ratio(?:\{\})? /m);
    expect(text).toMatch(/^process_start_time_seconds(?:\{\})? 1\d{9}/m);
  });

  it('is read when asked for, for as long as somebody observes it', async () => {
    let value = 1;
    const stop = observeMetrics({ of: [queued], read: (see) => see(queued, value, { queue: 'left' }) });
    expect(await readMetrics()).toContain('queued{queue="left"} 1');
    value = 7;
    expect(await readMetrics()).toContain('queued{queue="left"} 7');
    stop();
    expect(await readMetrics()).not.toContain('queued{');
  });

  it('keeps a costly reading for a while', async () => {
    let readings = 0;
    stops.push(observeMetrics({ of: [queued], keptMs: 60_000, read: (see) => see(queued, (readings += 1), { queue: 'left' }) }));
    await readMetrics();
    expect(await readMetrics()).toContain('queued{queue="left"} 1');
  });

  it('does not let a reading that fails or hangs take the others with it', async () => {
    stops.push(observeMetrics({ of: [queued], read: async () => { throw new Error('no database'); } }));
    stops.push(observeMetrics({ of: [queued], read: () => new Promise<void>(() => undefined) }));
    stops.push(observeMetrics({ of: [queued], read: (see) => see(queued, 3, { queue: 'right' }) }));
    const begun = performance.now();
    expect(await readMetrics()).toContain('queued{queue="right"} 3');
    expect(performance.now() - begun).toBeLessThan(4_000);
  });
});
