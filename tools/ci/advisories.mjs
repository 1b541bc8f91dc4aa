// Reads what `npm audit --json` says and fails on high and critical weaknesses of packages that are shipped, the page's
// included, which npm counts among those that only build. Usage: npm audit --json | advisories.mjs
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shippedPaths } from './shipped.mjs';

const report = JSON.parse(readFileSync(0, 'utf8'));
if (!report.vulnerabilities) throw new Error(`npm audit gave no report: ${JSON.stringify(report.error ?? report).slice(0, 300)}`);
const shipped = shippedPaths(join(import.meta.dirname, '../..'));
const all = Object.values(report.vulnerabilities).filter(({ nodes }) => nodes.some((path) => shipped.has(path)));
const grave = all.filter(({ severity }) => severity === 'high' || severity === 'critical');
for (const { name, severity, range, via } of all) {
  const reasons = via.map((each) => (typeof each === 'string' ? `through ${each}` : `${each.title} ${each.url}`));
  process.stdout.write(`${severity} ${name} ${range}: ${reasons.join('; ')}\n`);
}
process.stdout.write(`${all.length} known weaknesses in ${shipped.size} shipped packages, ${grave.length} of them high or critical\n`);
process.exitCode = grave.length > 0 ? 1 : 0;
