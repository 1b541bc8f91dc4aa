// Cuts the bill of materials of the whole lock file down to what one image holds, and adds what it holds beside npm's
// packages: Node or Caddy, and the base by digest. Usage: bill.mjs FULL FILE [APP]
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shippedPaths } from './shipped.mjs';

const root = join(import.meta.dirname, '../..');
const [full, file, app] = process.argv.slice(2);
if (!full || !file) throw new Error('usage: bill.mjs FULL FILE [APP]');

const pathOf = ({ properties = [] }) => properties.find(({ name }) => name === 'cdx:npm:package:path')?.value;
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

/** What the registry gave, as the lock file demands it. */
function withHash(component) {
  const [, digest] = /^sha512-(.+)$/.exec(packages[pathOf(component)]?.integrity ?? '') ?? [];
  return digest ? { ...component, hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] } : component;
}

function basesOf(dockerfile) {
  const text = readFileSync(join(root, 'docker', dockerfile), 'utf8');
  return Object.fromEntries([...text.matchAll(/^FROM (\S+):([^\s:@]+)@(sha256:\w+) AS (\w+)-base$/gm)].map(([, name, tag, digest, role]) => [role, { name, tag, digest }]));
}

/** The base of an image as one component: what is inside of it is a scanner's to say. */
function container({ name, tag, digest }) {
  const purl = `pkg:oci/${name.split('/').pop()}@${encodeURIComponent(digest)}?repository_url=${encodeURIComponent(name)}&tag=${tag}`;
  return { type: 'container', name, version: `${tag}@${digest}`, 'bom-ref': purl, purl };
}

function node({ tag }) {
  const version = tag.split('-')[0];
  return { type: 'platform', name: 'node', version, 'bom-ref': `node@${version}`, purl: `pkg:generic/node@${version}`, licenses: [{ license: { id: 'MIT' } }] };
}

function beside() {
  const service = basesOf('Dockerfile');
  const web = basesOf('web.Dockerfile');
  return [...(app === 'web' ? [] : [node(service.node), container(service.runtime)]), ...(app === 'web' || app === undefined ? [container(web.caddy)] : [])];
}

const bill = JSON.parse(readFileSync(full, 'utf8'));
const shipped = shippedPaths(root, app);
const components = bill.components.filter((component) => shipped.has(pathOf(component))).map(withHash);
if (components.length !== shipped.size) throw new Error(`${shipped.size} packages are shipped, the bill knows ${components.length} of them`);
for (const component of components) component.properties = component.properties.filter(({ name }) => name !== 'cdx:npm:package:development');

const subject = app === undefined ? bill.metadata.component : { type: 'container', name: `voiceassist-${app}`, version: bill.metadata.component.version, 'bom-ref': `voiceassist-${app}`, licenses: bill.metadata.component.licenses };
const added = beside();
const kept = new Set(components.map((component) => component['bom-ref']));
const dependencies = bill.dependencies.filter(({ ref }) => kept.has(ref)).map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => kept.has(each)) }));
const all = { ref: subject['bom-ref'], dependsOn: [...kept, ...added.map((component) => component['bom-ref'])].sort() };
writeFileSync(file, `${JSON.stringify({ ...bill, metadata: { ...bill.metadata, component: subject }, components: [...components, ...added], dependencies: [all, ...dependencies] }, null, 2)}\n`);
