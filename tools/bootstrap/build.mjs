// Builds everything, or with `page` the page alone.
import { buildProjects, buildWeb, ensureInstalled, prepareDatabase, orExplain } from './workspace.mjs';

const apps = ['standalone', 'gateway', 'auth', 'users', 'kb-indexer', 'rag-orchestrator', 'realtime', 'integrations', 'admin'];
orExplain(() => {
  ensureInstalled();
  if (process.argv[2] !== 'page') {
    buildProjects([...apps.map((app) => `apps/${app}`), 'tools', 'apps/e2e']);
    prepareDatabase();
  }
  buildWeb();
});
