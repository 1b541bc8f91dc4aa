import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { allAlerts } from '../alerts/all-alerts.js';
import { exporterOf, exporters } from '../metrics/outside-metrics.js';
import { productSeries } from '../metrics/product-metrics.js';
import { recordedSeries, recordingGroups } from '../recording-rules.js';
import { root } from '../root.js';
import { boards, panelsOf } from './all-boards.js';
import { readExpression } from './selected-names.js';

const isKnown = (name: string) => productSeries.has(name) || recordedSeries.has(name) || exporterOf.has(name);
const concrete = (expression: string) => expression.replaceAll('$__rate_interval', '1m').replaceAll('$service', '.*');

function unknownIn(expression: string): string[] {
  const { names, faults } = readExpression(concrete(expression));
  return [...faults, ...[...names].filter((name) => !isKnown(name))];
}

describe('boards', () => {
  it('are at least nine, with at least a hundred panels', () => {
    expect(boards.length).toBeGreaterThanOrEqual(9);
    expect(boards.flatMap(panelsOf).length).toBeGreaterThanOrEqual(100);
  });

  it('are filled by every run, but for what needs an exporter of a cluster', () => {
    const waiting = boards.flatMap(panelsOf).filter(({ needs }) => needs).map(({ needs }) => needs?.cluster ?? '');
    expect(waiting.length).toBeLessThanOrEqual(15);
    expect(waiting.filter((reason) => reason.length < 3)).toEqual([]);
  });

  it('are written to files that hold nothing else', () => {
    expect(readdirSync(join(root, 'infra', 'grafana', 'dashboards')).sort()).toEqual(boards.map(({ uid }) => `${uid.replace('voiceassist-', '')}.json`).sort());
  });

  it.each(boards.map((board) => [board.title, board] as const))('%s: every panel says what it shows, in which unit, and from a metric that exists', (_title, board) => {
    const panels = panelsOf(board);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    for (const { title, description, queries, needs } of panels) {
      expect({ title, description }).toEqual({ title, description: expect.stringMatching(/[.]$/) });
      expect(queries.length).toBeGreaterThan(0);
      for (const { expression, legend } of queries) {
        expect(legend).not.toBe('');
        expect({ title, unknown: unknownIn(expression) }).toEqual({ title, unknown: [] });
      }
      if (needs && 'cluster' in needs) expect(exporters.find(({ name }) => name === needs.cluster)?.inDebian).toBe(false);
    }
  });

  it('mark every panel whose numbers come from an exporter that Debian has not', () => {
    for (const panel of boards.flatMap(panelsOf)) {
      const outside = panel.queries.flatMap(({ expression }) => [...readExpression(concrete(expression)).names]).map((name) => exporterOf.get(name)).find((exporter) => exporter && !exporter.inDebian);
      expect({ title: panel.title, cluster: panel.needs && 'cluster' in panel.needs ? panel.needs.cluster : undefined }).toEqual({ title: panel.title, cluster: outside?.name });
    }
  });

  it('are laid out by Grafana without two panels in one place', () => {
    for (const file of readdirSync(join(root, 'infra', 'grafana', 'dashboards'))) {
      const { panels } = JSON.parse(readFileSync(join(root, 'infra', 'grafana', 'dashboards', file), 'utf8')) as { panels: { gridPos: { x: number; y: number; w: number; h: number } }[] };
      const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => Array.from({ length: w * h }, (_each, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`));
      expect({ file, overlapping: cells.length - new Set(cells).size }).toEqual({ file, overlapping: 0 });
      for (const { gridPos: { x, w } } of panels) expect(x + w).toBeLessThanOrEqual(24);
    }
  });
});

describe('expressions of rules', () => {
  it.each(allAlerts.map(({ name, expression }) => [name, expression] as const))('%s looks at metrics that exist', (_name, expression) => {
    expect(unknownIn(expression)).toEqual([]);
  });

  it('and recording rules too', () => {
    for (const { expression } of Object.values(recordingGroups).flat()) expect(unknownIn(expression)).toEqual([]);
  });

  it('and a misspelt name is found', () => {
    expect(unknownIn('sum(rate(rag_question_total[5m]))')).toEqual(['rag_question_total']);
    expect(unknownIn('sum(rate(rag_questions_total[5m])')).not.toEqual([]);
  });

  it('find a bound of a bucket however Prometheus spells it', () => {
    const all = [...allAlerts.map(({ expression }) => expression), ...Object.values(recordingGroups).flat().map(({ expression }) => expression), ...boards.flatMap(panelsOf).flatMap(({ queries }) => queries.map(({ expression }) => expression))];
    expect(all.filter((expression) => /le="\d+"/.test(expression))).toEqual([]);
  });

  it('have the panel list beside the boards', () => {
    expect(existsSync(join(root, 'infra', 'grafana', 'panels.json'))).toBe(true);
  });
});
