// Makes the tools what the checked-out sources say: the packages when the lock file is another one, the programs when their sources are.
import { buildProjects, ensureInstalled, orExplain } from '../bootstrap/workspace.mjs';

orExplain(() => {
  ensureInstalled();
  buildProjects(['tools']);
});
