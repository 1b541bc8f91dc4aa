// Runs one of the tools, installed and compiled first where that is due: node tools/bootstrap/tool.mjs NAME [ARGUMENTS…]
import { become, buildProjects, buildWeb, ensureInstalled, orExplain, prepareDatabase, say } from './workspace.mjs';

const tools = ['audit', 'bench', 'data', 'generate', 'smoke'];
const apps = ['standalone', 'gateway', 'auth', 'users', 'kb-indexer', 'rag-orchestrator', 'realtime', 'integrations', 'admin'];
const [name, ...given] = process.argv.slice(2);
if (!tools.includes(name)) {
  say(`No tool ${name}; there are ${tools.join(', ')}.`);
  process.exit(2);
}
orExplain(() => {
  ensureInstalled();
  buildProjects([...(name === 'bench' ? apps.map((app) => `apps/${app}`) : []), 'tools']);
  // benches start the product
  if (name !== 'bench') return;
  prepareDatabase();
  buildWeb();
});
become(`tools/dist/${name}/main.js`, given);
