import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from './engine.js';

interface Finding {
  readonly title: string;
  readonly content: string;
}
interface Report {
  readonly files: readonly { readonly issues: readonly Finding[] }[];
}

/** The linter knows neither bases from an argument, nor stages as bases, nor the options of HEALTHCHECK. */
const misread = ({ title, content }: Finding) =>
  (title === 'Base Image Missing Tag' && /^FROM (?:\$\{\w+\}|[a-z]+) AS [a-z]+$/.test(content)) || (title === 'Invalid Argument Format' && content.startsWith('HEALTHCHECK --'));

function findings(file: string): Finding[] {
  const linter = join(root, 'node_modules/dockerfilelint/bin/dockerfilelint');
  let text: string;
  try {
    text = execFileSync(process.execPath, [linter, '--output', 'json', file], { encoding: 'utf8', timeout: 30_000 });
  } catch (error) {
    text = (error as { stdout: string }).stdout; // it ends with the number of findings as its exit code
  }
  return (JSON.parse(text) as Report).files.flatMap(({ issues }) => issues).filter((finding) => !misread(finding));
}

describe.each(['Dockerfile', 'web.Dockerfile'])('docker/%s', (name) => {
  const file = join(root, 'docker', name);
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n');

  it('has no finding of the linter', () => {
    expect(findings(file)).toEqual([]);
  });

  it('takes its bases by digest and needs no frontend from a registry', () => {
    const bases = lines.filter((line) => /^FROM (?!\$|[a-z]+ AS)/.test(line));
    expect(bases.length).toBe(2);
    for (const base of bases) expect(base).toMatch(/^FROM \S+:[\w.-]+@sha256:[0-9a-f]{64} AS [a-z]+-base$/);
    expect(text).not.toMatch(/^#\s*syntax=/im);
  });

  it('lets an argument put another base in the place of each, which Dependabot would not follow', () => {
    const bases = [...text.matchAll(/^FROM \S+@\S+ AS ([a-z]+)-base$/gm)].map(([, name = '']) => name);
    const stages = lines.filter((line) => line.startsWith('FROM '));
    for (const name of bases) {
      expect(lines.indexOf(`ARG ${name.toUpperCase()}_BASE=${name}-base`)).toBeLessThan(lines.indexOf(stages[0] ?? ''));
      expect(lines).toContain(`ARG ${name.toUpperCase()}_BASE=${name}-base`);
      expect(stages.some((line) => line.startsWith(`FROM \${${name.toUpperCase()}_BASE} AS `))).toBe(true);
    }
    expect(stages.filter((line) => / (?:node|runtime|caddy)-base\b/.test(line.replace(/ AS .*/, '')))).toEqual([]);
  });

  it('installs from the lock file, with an authority only as a secret', () => {
    expect(text).toContain('npm ci');
    expect(text).not.toMatch(/npm i(?:nstall)?\b/);
    expect(text).toContain('--mount=type=secret,id=ca');
    expect(lines.filter((line) => /^(?:COPY|ADD|ENV)\b.*(?:\.pem|\.crt|CA_CERTS)/.test(line))).toEqual([]);
  });

  it('ends as a numbered account with a health check and no shell in front', () => {
    const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
    expect(last).toContain('USER 10001:10001');
    expect(last.some((line) => line.startsWith('HEALTHCHECK'))).toBe(true);
    expect(last.filter((line) => /^(?:ENTRYPOINT|CMD) /.test(line)).every((line) => /^\w+ \[".*"\]$/.test(line))).toBe(true);
    expect(last.filter((line) => line.startsWith('RUN'))).toEqual([]);
  });
});
