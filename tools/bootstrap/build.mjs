import { buildProjects, buildWeb, ensureInstalled, prepareDatabase, orExplain } from './workspace.mjs';

const apps = ['standalone', 'gateway', 'auth', 'users', 'kb-indexer', 'rag-orchestrator', 'realtime', 'integrations', 'admin'];
orExplain(() => {
  ensureInstalled();
  buildProjects([...apps.map((app) => `apps/${app}`), 'tools', 'apps/e2e']);
  prepareDatabase();
  buildWeb();
});
