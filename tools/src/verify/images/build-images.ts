import { existsSync } from 'node:fs';
import type { Engine } from './engine.js';
import type { StandIns } from './stand-ins.js';

const buildDeadlineMs = 900_000;
export const revision = '0123456789abcdef0123456789abcdef01234567';

/** The authority by which this machine reaches its package registry, where one is set. */
function authority(): string[] {
  const file = process.env['NODE_EXTRA_CA_CERTS'];
  return file && existsSync(file) ? ['--secret', `id=ca,src=${file}`] : [];
}

async function build(engine: Engine, { file, tag, values }: { file: string; tag: string; values: Readonly<Record<string, string>> }): Promise<string> {
  const given = Object.entries({ VERSION: '1.2.3', REVISION: revision, SOURCE: 'https://example.invalid/voiceassist', ...values });
  const settings = given.flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
  await engine.docker(['build', '--network', 'host', '--progress', 'plain', ...authority(), ...settings, '--file', file, '--tag', tag, '.'], { timeoutMs: buildDeadlineMs });
  return tag;
}

/** Builds the image of one service; stages before its own come out of the cache from the second one on. */
export const buildService = (engine: Engine, bases: StandIns, app: string): Promise<string> =>
  build(engine, { file: 'docker/Dockerfile', tag: `va-test/${app}`, values: { NODE_BASE: bases.node, RUNTIME_BASE: bases.runtime, APP: app } });

export const buildWeb = (engine: Engine, bases: StandIns): Promise<string> =>
  build(engine, { file: 'docker/web.Dockerfile', tag: 'va-test/web', values: { NODE_BASE: bases.node, CADDY_BASE: bases.caddy } });
