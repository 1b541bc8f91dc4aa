import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readDocument, anchorOf, type Document } from './markdown.js';

const root = fileURLToPath(new URL('../../../../', import.meta.url)).replace(/\/$/, '');
const documents = ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'CONTRIBUTING.md', ...execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'docs'], { cwd: root, encoding: 'utf8' }).split('\n')]
  .filter((path) => path.endsWith('.md') && existsSync(join(root, path)));
const read = new Map(documents.map((path) => [path, readDocument(readFileSync(join(root, path), 'utf8'))]));
const config = readFileSync(join(root, 'docs/.vitepress/config.ts'), 'utf8');
const pagesIn = (text: string) => [...text.matchAll(/page\('[^']+', '(\/[^']*)'\)/g)].map(([, link = '']) => link);
/** The document behind an address of the site. */
const sourceOf = (link: string) => `docs${link.endsWith('/') ? `${link}index` : link}.md`;

/** What is wrong with one link, or nothing. Addresses of other houses are not asked. */
function faultOf(path: string, target: string): string | null {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return null;
  const [file = '', anchor] = target.split('#');
  const wanted = file === '' ? path : file.startsWith('/') ? sourceOf(file) : relative(root, join(root, dirname(path), decodeURI(file)));
  if (wanted.startsWith('..')) return 'leaves the repository';
  if (!existsSync(join(root, wanted))) return 'leads nowhere';
  if (anchor === undefined) return null;
  const known: Document | undefined = read.get(wanted);
  if (!known) return statSync(join(root, wanted)).isFile() && !/\.md$/.test(wanted) ? null : 'names a heading of something that is no document';
  return known.anchors.has(anchor) ? null : `names no heading of ${wanted}`;
}

describe('documents', () => {
  it('are all there', () => expect(documents.length).toBeGreaterThan(90));

  it.each(documents)('%s links only to what exists, headings included', (path) => {
    const faults = read.get(path)?.links.flatMap(({ line, target }) => {
      const fault = faultOf(path, target);
      return fault === null ? [] : [`${path}:${line} ${target} ${fault}`];
    });
    expect(faults).toEqual([]);
  });

  it.each(documents)('%s shows its tables as tables', (path) => {
    expect(read.get(path)?.strayRows.map((line) => `${path}:${line}`)).toEqual([]);
  });

  it('stand all in the site, and the site names only what exists', () => {
    const named = new Set(pagesIn(config).map(sourceOf));
    expect([...named].filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const throughAnIndex = /^docs\/(?:index\.md$|runbooks\/(?!index)|adr\/(?!README))/;
    expect(documents.filter((path) => path.startsWith('docs/') && !throughAnIndex.test(path) && !named.has(path))).toEqual([]);
    for (const [folder, index] of [['docs/runbooks/', 'docs/runbooks/index.md'], ['docs/adr/', 'docs/adr/README.md']] as const) {
      const linked = new Set(read.get(index)?.links.map(({ target }) => folder + target));
      expect(documents.filter((path) => path.startsWith(folder) && path !== index && !linked.has(path))).toEqual([]);
    }
  });

  it('say under Operations how to set and what to do at an alert', () => {
    const operations = pagesIn(/const operations = \[([\s\S]*?)\];/.exec(config)?.[1] ?? '');
    expect(operations).toEqual(expect.arrayContaining(['/configuration', '/runbooks/']));
    expect(pagesIn(/const reference = \[([\s\S]*?)\];/.exec(config)?.[1] ?? '')).toContain('/reference/api');
  });
});

describe('commands', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }; // our own file

  it('run on a fresh clone: they begin with a program that needs nothing installed or built', () => {
    expect(Object.entries(scripts).filter(([, script]) => !/^node tools\/bootstrap\/[\w-]+\.mjs\b/.test(script))).toEqual([]);
    for (const script of Object.values(scripts)) expect(existsSync(join(root, script.split(' ')[1] ?? ''))).toBe(true);
  });

  it('are at most ten', () => expect(Object.keys(scripts).length).toBeLessThanOrEqual(10));

  it('exist where a document names them', () => {
    const named = documents.flatMap((path) => [...readFileSync(join(root, path), 'utf8').matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => `${path} ${name}`));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((each) => !((each.split(' ')[1] ?? '') in scripts))).toEqual([]);
  });
});

describe('the checks themselves', () => {
  it.each([
    ['`npm start` and *more*', 'npm-start-and-more'], ['What was run, and what was not', 'what-was-run-and-what-was-not'], ['1. Start: `x_y`', '1-start-x_y'], ['[A link](x.md)', 'a-link'],
  ])('name the heading "%s" %s', (heading, anchor) => expect(anchorOf(heading)).toBe(anchor));

  it('see links, not code', () => {
    const { links } = readDocument('---\nlayout: [a](front)\n---\n[a](one.md) `[b](code)` ![c](two.png "t")\n```sh\n[d](fence)\n```\n<img src="three.png">\n[e]: four.md\n\n    [f](indented)\n\n- g\n    - [h](five.md)\n');
    expect(links.map(({ target }) => target)).toEqual(['one.md', 'two.png', 'three.png', 'four.md', 'five.md']);
    expect(links[0]?.line).toBe(4);
  });

  it('number headings of one name, and see a row without its table', () => {
    const { anchors, strayRows } = readDocument('# A\n## A\n| a | b |\n|---|---|\n| 1 | 2 |\n\n| 3 | 4 |\n');
    expect([...anchors]).toEqual(['a', 'a-1']);
    expect(strayRows).toEqual([7]);
  });

  it('see what leads nowhere', () => {
    expect(faultOf('docs/index.md', 'gone.md')).toBe('leads nowhere');
    expect(faultOf('docs/index.md', '../../elsewhere.md')).toBe('leaves the repository');
    expect(faultOf('docs/index.md', 'architecture.md#gone')).toBe('names no heading of docs/architecture.md');
    expect(faultOf('docs/operations/install.md', '../security/audit.md#how-to-verify')).toBeNull();
    expect(faultOf('README.md', 'https://example.invalid/gone')).toBeNull();
  });
});
