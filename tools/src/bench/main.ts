import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `npm run bench -- NAME [options]`: runs one bench, or all of them one after another. */
const names = ['start', 'throughput', 'retrieval', 'ingestion', 'first-chunk', 'sign-in', 'access', 'phi', 'audit'];
const [, , name, ...options] = process.argv;
const chosen = name ? [name] : names;

for (const each of chosen) {
  const script = fileURLToPath(new URL(`./${each}/main.js`, import.meta.url));
  if (!names.includes(each) || !existsSync(script)) {
    console.error(`no bench ${each}; there are ${names.join(', ')}`);
    process.exit(2);
  }
  console.log(`\n== ${each}`);
  const { status } = spawnSync(process.execPath, [script, ...options], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
