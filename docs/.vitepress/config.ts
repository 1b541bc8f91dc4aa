import { defineConfig } from 'vitepress';

const page = (text: string, link: string) => ({ text, link });

const operations = [
  page('Install', '/operations/install'), page('One server', '/operations/server'), page('Compose', '/operations/compose'), page('Images', '/operations/images'),
  page('Kubernetes', '/operations/kubernetes'), page('Sizing', '/operations/sizing'), page('Upgrade', '/operations/upgrade'), page('Backup and restore', '/operations/backup-restore'),
  page('Monitoring', '/operations/monitoring'), page('Logs', '/operations/logging'), page('Pipelines', '/operations/pipelines'), page('What was checked', '/operations/verification'),
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
  page('Configuration', '/configuration'), page('Operations and subjects', '/reference/catalogue'), page('Error codes', '/reference/errors'), page('Metrics', '/reference/metrics'),
  page('Alerts', '/reference/alerts'), page('Benchmarks', '/benchmarks'), page('Retrieval', '/benchmarks-retrieval'), page('Dependencies', '/dependencies'),
];

/** The documentation as a site: the same files that are read in the repository; a dead link fails the build. */
export default defineConfig({
  title: 'VoiceAssist',
  description: 'A self-hosted medical assistant that shows its proof.',
  cleanUrls: true,
  markdown: { languageAlias: { promql: 'sql' } },
  vite: { publicDir: 'images' },
  lastUpdated: false,
  ignoreDeadLinks: [
    /^https?:\/\/localhost/,
    // into the repository beside the documents
    /(?:^|\/)\.\.\/(?:apps|libs|tools|infra|helm|docker|\.github|README|CONTRIBUTING|CHANGELOG|SECURITY|LICENSE)/,
  ],
  themeConfig: {
    search: { provider: 'local' },
    nav: [page('Architecture', '/architecture'), page('Operations', '/operations/install'), page('Security', '/security/sign-in'), page('Reference', '/configuration')],
    sidebar: [
      { text: 'Guides', items: guides },
      { text: 'Operations', items: operations },
      { text: 'Runbooks', items: [page('All runbooks', '/runbooks/')] },
      { text: 'Security', items: security },
      { text: 'Reference', items: reference },
      { text: 'How it is made', items: [page('Architecture', '/architecture'), page('Decisions', '/adr/README')] },
    ],
  },
});
