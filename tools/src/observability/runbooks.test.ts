import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { allAlerts } from './alerts/all-alerts.js';
import { readExpression } from './boards/selected-names.js';
import { exporterOf } from './metrics/outside-metrics.js';
import { productSeries } from './metrics/product-metrics.js';
import { recordedSeries } from './recording-rules.js';
import { root } from './root.js';

const folder = join(root, 'docs', 'runbooks');
const sections = ['Meaning', 'Impact', 'How to see', 'Causes', 'What to do', 'How to know it is over'];
const slugs = [...new Set(allAlerts.map(({ runbook }) => runbook))];
const text = (slug: string) => readFileSync(join(folder, `${slug}.md`), 'utf8');
const blocks = (slug: string, language: string) => [...text(slug).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)\\n\`\`\``, 'gms'))].map(([, content = '']) => content);
const scripts = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts; // npm's form
const catalogue = readFileSync(join(root, 'docs', 'reference', 'catalogue.md'), 'utf8');

/** Files of the repository that a page names: sources of compiled tools count as the tool. */
function filesIn(page: string): string[] {
  return [...page.matchAll(/(?:^|[\s`"(])((?:docker|infra|tools|libs|docs)\/[\w./-]+\.\w+)/g)].map(([, path = '']) => path.replace(/^tools\/dist\/(.*)\.js$/, 'tools/src/$1.ts'));
}
/** What another slice of the work brings; empty once it is there. */
const announced = ['docker/compose.yml'];

describe('runbooks', () => {
  it('are there for every alert, and for nothing else', () => {
    expect(readdirSync(folder).filter((name) => name !== 'index.md').sort()).toEqual(slugs.map((slug) => `${slug}.md`).sort());
  });

  it('are all linked from their first page', () => {
    for (const slug of slugs) expect(text('index')).toContain(`](${slug}.md)`);
  });

  it.each(slugs)('%s has all its parts, and names its alerts with their severity', (slug) => {
    const page = text(slug);
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(sections);
    for (const part of page.split(/^## .*$/m).slice(1)) expect(part.trim().length).toBeGreaterThan(10);
    for (const { name, severity } of allAlerts.filter(({ runbook }) => runbook === slug)) expect(page).toContain(`\`${name}\` (${severity})`);
    expect(blocks(slug, 'promql').length + blocks(slug, 'sql').length + blocks(slug, 'sh').length).toBeGreaterThanOrEqual(2);
  });

  it.each(slugs)('%s asks for metrics that exist, in valid PromQL', (slug) => {
    for (const expression of blocks(slug, 'promql')) {
      const { names, faults } = readExpression(expression);
      expect(faults).toEqual([]);
      expect([...names].filter((name) => !productSeries.has(name) && !recordedSeries.has(name) && !exporterOf.has(name))).toEqual([]);
    }
  });

  it.each(slugs)('%s names only files, scripts, routes and pages that exist', (slug) => {
    const page = text(slug);
    expect(filesIn(page).filter((path) => !existsSync(join(root, path)) && !announced.includes(path))).toEqual([]);
    for (const [, script = ''] of page.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(script);
    for (const [, link = ''] of page.matchAll(/\]\(([^)#]+\.md)\)/g)) expect({ link, there: existsSync(join(folder, link)) }).toEqual({ link, there: true });
    for (const [, route = ''] of page.matchAll(/`((?:GET|POST) \/api\/[\w/:-]+)`/g)) expect(catalogue).toContain(route);
  });
});
