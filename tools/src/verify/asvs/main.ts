import { readFile, writeFile } from 'node:fs/promises';
import { readClaims } from './claims.js';
import { withFlows } from './render-flows.js';
import { countsOf, renderAsvsTable } from './render-table.js';
import { requirements } from './requirements.js';

/** Writes docs/security/asvs.md and the flows of docs/security/threat-model.md; the test beside this file says when that is due. */
const documents = new URL('../../../../docs/security/', import.meta.url);
const claims = await readClaims();
await writeFile(new URL('asvs.md', documents), renderAsvsTable(requirements, claims));
const model = new URL('threat-model.md', documents);
await writeFile(model, withFlows(await readFile(model, 'utf8')));
process.stdout.write(`${JSON.stringify(countsOf(requirements, claims))}\n`);
