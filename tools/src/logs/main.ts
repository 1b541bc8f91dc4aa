import { readFileSync } from 'node:fs';
import { story } from './follow.js';

/** `node tools/dist/logs/main.js follow <requestId> [--from FILE|-]`: what happened to one request, in all services. */
const usage = 'usage: node tools/dist/logs/main.js follow <requestId> [--from FILE|-]   (lines of all services; - or nothing reads the standard input)';
const standardInput = 0;

const [verb, requestId, option, from = '-'] = process.argv.slice(2);
if (verb !== 'follow' || requestId === undefined || (option !== undefined && option !== '--from')) {
  console.error(usage);
  process.exit(2);
}
const written = readFileSync(from === '-' ? standardInput : from, 'utf8').split('\n');
const told = story(requestId, written);
process.stdout.write(told);
process.exit(told.startsWith('no line') ? 1 : 0);
