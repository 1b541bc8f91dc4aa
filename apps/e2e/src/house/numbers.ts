import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './product.js';

/** One series of a process's numbers; the buckets of a histogram are one series. */
export interface Series {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface DescribedMetric {
  readonly name: string;
  readonly kind: string;
  /** Values of a closed label; null where values come from elsewhere. */
  readonly labels: ReadonlyMap<string, readonly string[] | null>;
}

const sample = /^([a-zA-Z_:][\w:]*?)(_bucket|_sum|_count)?(?:\{(.*)\})? \S+$/;

/** The series of a text in Prometheus' format, each once. */
export function seriesIn(text: string): Series[] {
  const histograms = new Set([...text.matchAll(/^# TYPE (\S+) histogram$/gm)].map(([, name]) => name));
  const found = new Map<string, Series>();
  for (const line of text.split('\n')) {
    const [, stem = '', suffix = '', inside = ''] = line.startsWith('#') ? [] : (sample.exec(line) ?? []);
    if (stem === '') continue;
    const metric = histograms.has(stem) ? stem : `${stem}${suffix}`;
    const { le: _le, ...labels } = Object.fromEntries([...inside.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', value = '']) => [key, value]));
    found.set(`${metric} ${JSON.stringify(labels)}`, { metric, labels });
  }
  return [...found.values()];
}

/** What the generated reference says there is. */
export function describedMetrics(): ReadonlyMap<string, DescribedMetric> {
  const reference = readFileSync(join(root, 'docs/reference/metrics.md'), 'utf8');
  const rows = [...reference.matchAll(/^\| `(\w+)` \| (\w+) \| \w* \| (.*?) \| .* \|$/gm)];
  return new Map(rows.map(([, name = '', kind = '', labels = '']) => [name, { name, kind, labels: new Map(labels.split('<br>').filter(Boolean).map(labelIn)) }]));
}

function labelIn(text: string): [string, readonly string[] | null] {
  const [, name = '', values = ''] = /^`(\w+)`: (.*)$/.exec(text) ?? [];
  const isClosed = /^(?:`[^`]+` ?)+$/.test(values);
  return [name, isClosed ? [...values.matchAll(/`([^`]+)`/g)].map(([, value = '']) => value) : null];
}
