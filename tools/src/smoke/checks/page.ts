import { catalogue, type HttpRoute } from '@voiceassist/contracts';
import { z } from 'zod';
import { expectThat, readJson, type Check } from '../check.js';
import type { Told } from '../door.js';

const yearSeconds = 31_536_000;
const Description = z.object({ openapi: z.string().startsWith('3.'), paths: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** Every header that must stand on every answer, and what it must say. */
const headerRules: readonly { header: string; readonly holds: (value: string) => boolean }[] = [
  { header: 'content-security-policy', holds: (policy) => /(?:^|;)\s*frame-ancestors 'none'/.test(policy) && /(?:^|;)\s*(?:default-src|script-src) /.test(policy) && !/script-src[^;]*(?:'unsafe-inline'|\*|https?:)/.test(policy) },
  { header: 'strict-transport-security', holds: (value) => Number(/max-age=(\d+)/.exec(value)?.[1] ?? 0) >= yearSeconds },
  { header: 'x-content-type-options', holds: (value) => value === 'nosniff' },
  { header: 'referrer-policy', holds: (value) => value === 'no-referrer' },
  { header: 'server', holds: (value) => value === '' },
  { header: 'x-powered-by', holds: (value) => value === '' },
];

function expectHeaders({ headers }: Told): string {
  const wrong = headerRules.filter(({ header, holds }) => !holds(headers.get(header) ?? '')).map(({ header }) => `${header}: ${headers.get(header) ?? 'missing'}`);
  expectThat(wrong.length === 0, wrong.join('; '));
  return `${headerRules.length} rules`;
}

const isScript = /^(?:text|application)\/javascript/;
const assetTypes: Readonly<Record<string, RegExp>> = { js: isScript, mjs: isScript, css: /^text\/css/ };

function assetsOf(page: string): string[] {
  const found = [...page.matchAll(/<(?:script|link)\b[^>]*?\b(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '');
  return found.filter((path) => path.split('?')[0]?.split('.').at(-1) as string in assetTypes);
}

export const page: readonly Check[] = [
  { name: 'page-headers', promise: 'the page carries its protective headers and names no software', run: async ({ door }) => expectHeaders(await door.ask('/')) },
  { name: 'error-headers', promise: 'so does a refusal', run: async ({ door }) => expectHeaders(await door.ask('/api/auth/me')) },
  {
    name: 'page-assets', promise: 'the page loads with its scripts and styles',
    async run({ door }) {
      const { status, text, headers } = await door.ask('/');
      expectThat(status === 200 && (headers.get('content-type') ?? '').startsWith('text/html'), `status ${status}, ${headers.get('content-type')}`);
      const assets = assetsOf(text);
      expectThat(assets.some((path) => path.includes('.js')), 'the page has no script');
      for (const path of assets) {
        const asset = await door.ask(path);
        const type = asset.headers.get('content-type') ?? '';
        const wanted = assetTypes[path.split('?')[0]?.split('.').at(-1) ?? ''];
        expectThat(asset.status === 200 && asset.text.length > 0 && wanted?.test(type) === true, `${path}: status ${asset.status}, ${type}, ${asset.text.length} characters`);
      }
      return `${assets.length} files`;
    },
  },
  {
    name: 'openapi', promise: 'the description of the interface has every route of this release',
    async run({ door }) {
      const read = Description.safeParse(readJson((await door.ask('/openapi.json')).text));
      expectThat(read.success, 'no OpenAPI document');
      const routes = catalogue.flatMap(({ contract }) => ('http' in contract && contract.http ? [contract.http] : []));
      const missing = routes.filter(({ method, path }: HttpRoute) => !read.data.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]);
      expectThat(missing.length === 0, `missing: ${missing.slice(0, 5).map(({ method, path }) => `${method} ${path}`).join(', ')}`);
      return `${routes.length} routes`;
    },
  },
];
