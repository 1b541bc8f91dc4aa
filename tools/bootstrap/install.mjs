// Makes the installed packages those of the lock file; does nothing where they are.
import { ensureInstalled, orExplain } from './workspace.mjs';

orExplain(ensureInstalled);
