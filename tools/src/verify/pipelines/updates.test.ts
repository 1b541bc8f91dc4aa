import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/\/$/, '');
const read = (path: string) => readFileSync(`${root}/${path}`, 'utf8');
const Dependabot = z.object({ version: z.literal(2), updates: z.array(z.looseObject({ 'package-ecosystem': z.string(), directory: z.string(), cooldown: z.object({ 'default-days': z.number() }) })) });
const Services = z.looseObject({ services: z.record(z.string(), z.looseObject({ image: z.string().optional() })) });
const byDigest = /^[^\s$]+:[^\s:@]+(?:@sha256:[0-9a-f]{64})?$/;

const { updates } = Dependabot.parse(parse(read('.github/dependabot.yml')));
const directoriesOf = (ecosystem: string) => updates.filter((entry) => entry['package-ecosystem'] === ecosystem).map(({ directory }) => directory);
const imagesOf = (path: string) => Object.fromEntries(Object.entries(Services.parse(parse(read(path), { merge: true })).services).flatMap(([name, { image }]) => (image ? [[name, image]] : [])));

describe('updates', () => {
  it('are looked for wherever a version stands that Dependabot can follow', () => {
    expect(directoriesOf('npm')).toEqual(['/']);
    expect(directoriesOf('github-actions')).toEqual(['/']);
    expect(directoriesOf('docker')).toEqual(['/docker']);
    expect(directoriesOf('docker-compose')).toEqual(['/docker']);
  });

  it('wait a week', () => expect(updates.filter(({ cooldown }) => cooldown['default-days'] !== 7)).toEqual([]));

  it('find the bases of the images: a base behind an argument would not be followed', () => {
    for (const file of readdirSync(`${root}/docker`).filter((name) => name.endsWith('Dockerfile'))) {
      const given = [...read(`docker/${file}`).matchAll(/^ARG \w+_BASE=(.*)$/gm)].map(([, value]) => value);
      expect(given.filter((value) => !/^[a-z]+-base$/.test(value ?? ''))).toEqual([]);
    }
  });

  it('find the images of compose: each file that names one has at most one word between its dots, else Dependabot does not read it', () => {
    const files = readdirSync(`${root}/docker`).filter((name) => name.startsWith('compose.'));
    for (const file of files) {
      const foreign = Object.values(imagesOf(`docker/${file}`)).filter((image) => !image.includes('${'));
      expect(foreign.filter((image) => !byDigest.test(image))).toEqual([]);
      if (foreign.length > 0) expect(file).toMatch(/^compose(?:\.[\w-]+)?\.yml$/);
    }
  });

  it('leave helm out because no chart of ours depends on another house\'s', () => {
    const charts = ['voiceassist', 'lib', ...readdirSync(`${root}/helm/charts`).map((name) => `charts/${name}`)];
    const repositories = charts.flatMap((chart) => [...read(`helm/${chart}/Chart.yaml`).matchAll(/repository: (.*)$/gm)].map(([, address]) => address));
    expect(repositories.length).toBeGreaterThan(0);
    expect(repositories.filter((address) => !address?.startsWith('file://'))).toEqual([]);
    expect(directoriesOf('helm')).toEqual([]);
  });
});

describe('the stores that the workflows test against', () => {
  it('are the images that compose runs, to the digest', () => {
    const composed = imagesOf('docker/compose.yml');
    const workflow = z.looseObject({ jobs: z.record(z.string(), z.looseObject({ services: z.record(z.string(), z.looseObject({ image: z.string() })).default({}) })) }).parse(parse(read('.github/workflows/e2e.yml')));
    const tested = Object.values(workflow.jobs).flatMap(({ services }) => Object.entries(services).map(([name, { image }]) => [name, image] as const));
    expect(new Set(tested.map(([name]) => name))).toEqual(new Set(['postgres', 'redis', 'nats', 'qdrant']));
    for (const [name, image] of tested) expect({ name, image }).toEqual({ name, image: composed[name] });
  });
});
