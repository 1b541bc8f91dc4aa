import { become, buildProjects, buildWeb, ensureInstalled, prepareDatabase, orExplain, say } from './workspace.mjs';

const mode = process.argv[2] ?? 'standalone';
const programs = {
  standalone: { projects: ['apps/standalone'], script: 'apps/standalone/dist/main.js' },
  distributed: { projects: ['apps/standalone', 'apps/gateway', 'apps/auth', 'apps/users', 'apps/kb-indexer', 'apps/rag-orchestrator', 'apps/realtime', 'apps/integrations', 'apps/admin', 'tools'], script: 'tools/dist/distributed/main.js' },
};
const program = programs[mode];
if (!program) {
  say(`Unknown mode ${mode}; use ${Object.keys(programs).join(' or ')}.`);
  process.exit(2);
}
orExplain(() => {
  ensureInstalled();
  buildProjects(program.projects);
  prepareDatabase();
  buildWeb();
});
say(`Starting ${mode}`);
become(program.script, process.argv.slice(3));
