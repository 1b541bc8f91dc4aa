import { cp } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { defineConfig, type MarkdownOptions } from 'vitepress';
import { anchorOf } from '../../tools/src/verify/documents/markdown.js';

const page = (text: string, link: string) => ({ text, link });

const operations = [
  page('Install', '/operations/install'), page('One server', '/operations/server'), page('Compose', '/operations/compose'), page('Images', '/operations/images'),
  page('Kubernetes', '/operations/kubernetes'), page('Sizing', '/operations/sizing'), page('Configuration', '/configuration'),
  page('Upgrade', '/operations/upgrade'), page('Backup and restore', '/operations/backup-restore'), page('Monitoring', '/operations/monitoring'),
  page('Series of metrics', '/operations/series'), page('Logs', '/operations/logging'), page('Traces', '/operations/traces'), page('Runbooks', '/runbooks/'),
  page('Pipelines', '/operations/pipelines'), page('What was checked', '/operations/verification'),
];
const security = [
  page('Sign-in', '/security/sign-in'), page('Second factors', '/security/factors'), page('Access', '/security/access'), page('Access matrix', '/security/access-matrix'),
  page('Audit', '/security/audit'), page('Message bus', '/security/bus'), page('Encryption', '/security/encryption'), page('Health information', '/security/phi'),
  page('Threat model', '/security/threat-model'), page('ASVS checks', '/security/asvs'), page('Report a weakness', '/security/reporting'),
];
const guides = [
  page('On one machine', '/guides/operate-standalone'), page('As eight processes', '/guides/operate-distributed'), page('With a language model', '/guides/language-model'),
  page('Documents and people', '/guides/documents-and-people'), page('Single sign-on', '/guides/single-sign-on'), page('Provisioning', '/guides/provisioning'),
];
const reference = [
  page('API', '/reference/api'), page('Configuration', '/configuration'), page('Operations and subjects', '/reference/catalogue'), page('Error codes', '/reference/errors'), page('Metrics', '/reference/metrics'),
  page('Log fields', '/reference/log-fields'), page('Alerts', '/reference/alerts'), page('Benchmarks', '/benchmarks'), page('Retrieval', '/benchmarks-retrieval'), page('Dependencies', '/dependencies'),
];

/**
 * Links from a document into the repository beside it lead nowhere on the site, so there they are names. That they lead
 * somewhere in the repository is checked by tools/src/verify/documents.
 */
const namesInsteadOfLinks: NonNullable<MarkdownOptions['config']> = (md) => {
  md.core.ruler.push('repository-links', ({ tokens, env }) => {
    const folder = posix.dirname((env as { relativePath: string }).relativePath); // VitePress says where it is
    for (const { children } of tokens) {
      let leaving = false;
      for (const token of children ?? []) {
        const target = token.type === 'link_open' ? token.attrGet('href') ?? '' : '';
        if (target !== '' && !/^[a-z]+:|^[/#]/.test(target)) leaving = posix.join(folder, target).startsWith('..');
        if (!leaving) continue;
        if (token.type === 'link_open') [token.type, token.tag, token.attrs] = ['span_open', 'span', [['title', posix.join('docs', folder, target)]]];
        if (token.type === 'link_close') [token.type, token.tag, leaving] = ['span_close', 'span', false];
      }
    }
  });
};

/** The documentation as a site: the same files that are read in the repository; a dead link fails the build. */
export default defineConfig({
  title: 'VoiceAssist',
  description: 'A self-hosted medical assistant that shows its proof.',
  cleanUrls: true,
  markdown: { languageAlias: { promql: 'sql' }, anchor: { slugify: anchorOf }, config: namesInsteadOfLinks },
  buildEnd: ({ srcDir, outDir }) => cp(join(srcDir, 'reference/openapi.json'), join(outDir, 'reference/openapi.json')),
  vite: { publicDir: 'images' },
  lastUpdated: false,
  ignoreDeadLinks: [/^https?:\/\/localhost/],
  themeConfig: {
    search: { provider: 'local' },
    nav: [page('Architecture', '/architecture'), page('Operations', '/operations/install'), page('Security', '/security/sign-in'), page('Reference', '/configuration')],
    sidebar: [
      { text: 'Guides', items: guides },
      { text: 'Operations', items: operations },
      { text: 'Security', items: security },
      { text: 'Reference', items: reference },
      { text: 'How it is made', items: [page('Architecture', '/architecture'), page('Decisions', '/adr/README')] },
    ],
  },
});
