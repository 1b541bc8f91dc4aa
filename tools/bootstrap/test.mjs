// The README's test command: everything from an empty clone, closing with one line of counts.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildProjects, buildWeb, ensureInstalled, prepareDatabase, nodeBinary, orExplain, root, say, workspaceEnvironment } from './workspace.mjs';
import { ensureServers } from './servers.mjs';

const ci = process.env.CI === 'true';
const artifacts = join(root, 'artifacts');
const countsFolder = join(artifacts, 'test-counts');
const apps = ['standalone', 'gateway', 'auth', 'users', 'kb-indexer', 'rag-orchestrator', 'realtime', 'integrations', 'admin'];
/** No stage may hang: past this the stage is ended and counts as failed. */
const stageDeadlineMs = 35 * 60_000;
const totals = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

/** Runs one stage; a quiet one prints what it said when it has ended, so that two lanes do not mix their lines. */
function stage(name, command, args, { environment = {}, quiet = false } = {}) {
  const startedAt = Date.now();
  say(`${name} …`);
  const child = spawn(command, args, {
    cwd: root, stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'], timeout: stageDeadlineMs, killSignal: 'SIGKILL',
    // tests read what child processes print, which must not be coloured
    env: workspaceEnvironment({ FORCE_COLOR: '0', ...environment }),
  });
  const said = [];
  for (const output of [child.stdout, child.stderr]) output?.on('data', (data) => said.push(data));
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  }).then((ok) => {
    process.stdout.write(Buffer.concat(said));
    say(`${name}: ${ok ? 'ok' : 'FAILED'} (${((Date.now() - startedAt) / 1000).toFixed(0)} s)`);
    return ok;
  });
}

/** A check without tests of its own counts as one test. */
async function check(name, command, args) {
  const ok = await stage(name, command, args, { quiet: true });
  totals[ok ? 'passed' : 'failed'] += 1;
  if (!ok) failures.push(name);
}

/** A suite is counted through its reporter; one that dies without a count is a failure. */
async function suite(name, command, args, { environment, quiet } = {}) {
  const file = join(countsFolder, `${name.replaceAll(/\W+/g, '-')}.jsonl`);
  const ok = await stage(name, command, args, { environment: { TEST_COUNTS: file, ...environment }, quiet });
  if (ok || readCounts(file).some(({ failed }) => failed > 0)) return;
  totals.failed += 1;
  failures.push(`${name}: ended without a count`);
}

function readCounts(file) {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

function jest(project, args) {
  return ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', join(root, 'node_modules/jest/bin/jest.js'), '--config', join(root, project, 'jest.config.mjs'), ...args];
}

orExplain(() => {
  ensureInstalled();
  totals.skipped += ensureServers(ci);
  rmSync(countsFolder, { recursive: true, force: true });
  mkdirSync(countsFolder, { recursive: true });
  buildProjects([...apps.map((app) => `apps/${app}`), 'tools', 'apps/e2e']);
  prepareDatabase();
  buildWeb();
});
totals.passed += 1; // the build checked every type

/** What needs one core and no started product. */
async function checks() {
  await check('static analysis', 'npx', ['eslint', '--no-warn-ignored', '--config', 'tools/ci/sast.eslint.config.mjs', 'apps', 'libs', 'tools']);
  await check('typecheck of the page', 'npx', ['nx', 'run', '@voiceassist/web:typecheck']);
  await check('documentation site without dead links', nodeBinary(), [join(root, 'node_modules/vitepress/bin/vitepress.js'), 'build', 'docs']);
  await check('generated files are current', nodeBinary(), [join(root, 'tools/dist/generate/main.js'), '--check']);
  // one process for all projects: starting typed lint in each costs more than linting
  await check('lint', 'npx', ['eslint', '--no-warn-ignored', 'apps', 'libs', 'tools']);
}

async function suites() {
  await suite('unit, conformance and service tests', 'npx', ['nx', 'run-many', '-t', 'test', '--parallel', '1', '--skip-nx-cache', '--outputStyle', 'static']);
  // each waits for a third of its time: together they take less; neither may take the other's ports
  await Promise.all(Object.entries({ standalone: '15000-19999', distributed: '20000-31999' }).map(([mode, ports]) => suite(`end to end, ${mode}`, nodeBinary(), jest('apps/e2e', []), { environment: { MODE: mode, FREE_PORTS: ports }, quiet: true })));
}

// the walls need the project graph first; tests wait more than they work, so the checks fit beside them
await stage('project graph', 'npx', ['nx', 'show', 'projects']);
await Promise.all([checks(), suites()]);

const times = [];
for (const { passed, failed, skipped, failures: named, times: timed } of readdirSync(countsFolder).flatMap((name) => readCounts(join(countsFolder, name)))) {
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
  failures.push(...named);
  times.push(...timed);
}
const slowest = times.sort((one, other) => other.seconds - one.seconds).slice(0, 12);
say(`slowest: ${slowest.map(({ file, seconds }) => `${file} ${seconds} s`).join(', ')}`);
for (const failure of failures) process.stdout.write(`FAILED ${failure}\n`);
say('done');
process.exitCode = totals.failed > 0 ? 1 : 0;
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
