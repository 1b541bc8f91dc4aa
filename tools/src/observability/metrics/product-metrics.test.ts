import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { root } from '../root.js';
import { productMetrics } from './product-metrics.js';

/** Generated from the definitions in the code. */
const reference = join(root, 'docs', 'reference', 'metrics.md');
const isThere = existsSync(reference);
if (!isThere) console.log('SKIPPED metrics of rules and boards against those of the product: docs/reference/metrics.md is not there');

(isThere ? it : it.skip)('rules and boards know exactly the metrics that the product has', () => {
  const defined = [...readFileSync(reference, 'utf8').matchAll(/^\| `([a-z0-9_]+)` \| (\w+) /gm)].map(([, name, kind]) => `${name} ${kind}`);
  expect(defined.length).toBeGreaterThan(50);
  expect([...productMetrics].map(([name, kind]) => `${name} ${kind}`).sort()).toEqual(defined.sort());
});
