import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { allAlerts, alertGroups } from './alerts/all-alerts.js';
import { debianProgram } from './debian-program.js';
import { root } from './root.js';
import { installedPrometheus } from './scraping/installed-prometheus.js';

const run = promisify(execFile);
const promtool = debianProgram('promtool', 'prometheus');
const rules = join(root, 'infra', 'prometheus', 'rules');

describe('alerts', () => {
  it('have names of their own', () => {
    expect(new Set(allAlerts.map(({ name }) => name)).size).toBe(allAlerts.length);
  });

  it.each(allAlerts.map((alert) => [alert.name, alert] as const))('%s says what it means and is proven both ways', (name, { summary, description, severity, runbook, fires, silent, expression }) => {
    expect(['page', 'ticket']).toContain(severity);
    expect(summary.length).toBeGreaterThan(10);
    expect(summary).toBe(summary.trim());
    expect(description).toMatch(/[.]$/);
    expect(description).not.toContain('$labels');
    expect(runbook).toMatch(/^[a-z-]+$/);
    expect(fires.instances?.length ?? 0).toBeGreaterThan(0);
    expect(silent === 'never' ? 'DeadMansSwitch' : Object.keys(silent.series).length > 0).toBe(silent === 'never' ? name : true);
    expect(expression).not.toContain('$');
  });
});

(promtool ? describe : describe.skip)('promtool', () => {
  it('accepts every rule', async () => {
    const files = readdirSync(rules).map((name) => join(rules, name));
    const { stdout } = await run(promtool ?? '', ['check', 'rules', ...files], { timeout: 30_000 });
    expect(stdout).not.toContain('FAILED');
  });

  it('accepts the configuration with the rules it loads', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
    const { stdout } = await run(promtool ?? '', ['check', 'config', installedPrometheus(folder)], { timeout: 30_000 }).finally(() => rmSync(folder, { recursive: true, force: true }));
    expect(stdout).toMatch(/prometheus\.yml is valid/);
    expect(stdout.match(/rules found/g)).toHaveLength(alertGroups.length + 1);
  });

  it.each(alertGroups.map(({ name }) => name))('sees every alert of %s fire and stay silent', async (name) => {
    const { stdout } = await run(promtool ?? '', ['test', 'rules', join(root, 'infra', 'prometheus', 'tests', `${name}.yaml`)], { timeout: 100_000 });
    expect(stdout).toContain('SUCCESS');
  }, 120_000);
});
