import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@voiceassist/kit';
import { allAlerts } from '../alerts/all-alerts.js';
import { debianProgram } from '../debian-program.js';
import { root } from '../root.js';
import { receiverOf, renderAlertmanager } from './render-alertmanager.js';

const run = promisify(execFile);
const amtool = debianProgram('amtool', 'prometheus-alertmanager') ?? '';
const alertmanager = debianProgram('prometheus-alertmanager', 'prometheus-alertmanager') ?? '';
const committed = join(root, 'infra', 'alertmanager', 'alertmanager.yml');

(amtool ? describe : describe.skip)('routing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'alertmanager-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is accepted by amtool, without and with receivers', async () => {
    const full = join(folder, 'full.yml');
    writeFileSync(full, renderAlertmanager({
      pageWebhook: 'http://127.0.0.1:1/page', ticketWebhook: 'http://127.0.0.1:1/ticket', deadMansSwitchWebhook: 'http://127.0.0.1:1/alive',
      platformEmail: 'platform@hospital.example', privacyEmail: 'privacy@hospital.example', knowledgeEmail: 'library@hospital.example',
      smtpHost: 'mail.hospital.example:587', smtpFrom: 'alerts@hospital.example', smtpUser: 'alerts', smtpPasswordFile: '/run/secrets/alert_smtp_password',
    }));
    for (const file of [committed, full]) expect((await run(amtool, ['check-config', file])).stdout).toContain('SUCCESS');
  });

  it('refuses an address without a mail server', () => {
    expect(() => renderAlertmanager({ privacyEmail: 'privacy@hospital.example' })).toThrow(/ALERT_SMTP_HOST/);
  });

  it('brings every alert to the team that can do something, by severity', async () => {
    const kinds = new Map(allAlerts.map((alert) => [`${alert.team} ${alert.severity}`, alert]));
    expect([...kinds.keys()].sort()).toEqual(['knowledge ticket', 'platform page', 'platform ticket', 'privacy page', 'privacy ticket']);
    const found: string[] = [];
    for (const { name, severity, team, labels } of allAlerts) {
      const words = Object.entries({ alertname: name, severity, team, service: 'auth', ...labels }).map(([key, value]) => `${key}=${value}`);
      const { stdout } = await run(amtool, ['config', 'routes', 'test', `--config.file=${committed}`, ...words]);
      found.push(`${name}: ${stdout.trim()}`);
    }
    expect(found).toEqual(allAlerts.map(({ name, severity, team }) => `${name}: ${receiverOf({ alertname: name, severity, team })}`));
  }, 60_000);
});

(alertmanager ? describe : describe.skip)('a real Alertmanager', () => {
  const folder = mkdtempSync(join(tmpdir(), 'alertmanager-'));
  const told: { path: string; names: string[] }[] = [];
  const receiver = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString())).on('end', () => {
      const { alerts } = JSON.parse(body) as { alerts: { labels: { alertname: string } }[] };
      told.push({ path: request.url ?? '', names: alerts.map(({ labels }) => labels.alertname) });
      response.end();
    });
  });
  let url: string;
  let child: ReturnType<typeof spawn>;

  beforeAll(async () => {
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const hooks = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`; // a server that listens has an address
    const config = renderAlertmanager({ pageWebhook: `${hooks}/page`, ticketWebhook: `${hooks}/ticket`, deadMansSwitchWebhook: `${hooks}/alive` });
    writeFileSync(join(folder, 'config.yml'), config.replaceAll(/group_wait: \S+/g, 'group_wait: 500ms'));
    const port = await freePort();
    url = `http://127.0.0.1:${port}/api/v2`;
    child = spawn(alertmanager, [`--config.file=${join(folder, 'config.yml')}`, `--storage.path=${join(folder, 'data')}`, `--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='], { stdio: 'ignore' });
    await until(async () => (await fetch(`${url}/status`).catch(() => null))?.ok === true);
  }, 30_000);

  afterAll(async () => {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
    receiver.closeAllConnections();
    receiver.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
    for (const deadline = Date.now() + 20_000; !(await isTrue()); await sleep(100)) if (Date.now() > deadline) throw new Error('it did not come true within 20 s');
  }

  const say = (...labels: Record<string, string>[]) => fetch(`${url}/alerts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(labels.map((each) => ({ labels: each }))) });
  const names = (path: string) => told.filter((each) => each.path === path).flatMap((each) => each.names);

  it('calls for pages and tickets apart, and keeps quiet about what follows from something worse', async () => {
    await say({ alertname: 'ServiceDown', service: 'auth', severity: 'page', team: 'platform' });
    await say(
      { alertname: 'DependencyDown', service: 'auth', severity: 'page', team: 'platform' }, { alertname: 'DependencyDown', service: 'users', severity: 'page', team: 'platform' },
      { alertname: 'AvailabilityBudgetBurnsFast', slo: 'availability', severity: 'page', team: 'platform' }, { alertname: 'AvailabilityBudgetBurnsSlowly', slo: 'availability', severity: 'ticket', team: 'platform' },
      { alertname: 'EmergencyAccessUsed', severity: 'ticket', team: 'privacy' }, { alertname: 'DeadMansSwitch', severity: 'ticket', team: 'platform' },
    );
    await until(() => ['ServiceDown', 'DependencyDown', 'AvailabilityBudgetBurnsFast'].every((name) => names('/page').includes(name)) && names('/alive').length > 0 && names('/ticket').length > 0);
    await sleep(700);
    expect(names('/page').sort()).toEqual(['AvailabilityBudgetBurnsFast', 'DependencyDown', 'ServiceDown']);
    expect(names('/ticket')).toEqual(['EmergencyAccessUsed']);
    expect(names('/alive')).toEqual(['DeadMansSwitch']);
    const suppressed = (await (await fetch(`${url}/alerts?inhibited=true&active=false&silenced=false`)).json()) as { labels: Record<string, string> }[];
    expect(suppressed.map(({ labels }) => `${labels['alertname']} ${labels['service'] ?? labels['slo']}`).sort()).toEqual(['AvailabilityBudgetBurnsSlowly availability', 'DependencyDown auth']);
  }, 40_000);
});
