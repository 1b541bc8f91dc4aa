import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
/** What is not part of the product: tests and what serves them. */
const notShipped = /\.(?:test|type-test|conformance|e2e)\.tsx?$|\/(?:testing|fixtures|local-servers|conformance|e2e|dist|node_modules)\/|-double\.ts$/;

interface Source {
  readonly path: string;
  readonly text: string;
}

function sourcesUnder(folder: string): Source[] {
  return readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter((path) => /\.tsx?$/.test(path) && !notShipped.test(path))
    .map((path) => ({ path, text: readFileSync(`${root}${path}`, 'utf8') }));
}

const libraries = sourcesUnder('libs');
const page = sourcesUnder('apps/web/src');
const everything = [...libraries, ...page];
const having = (sources: readonly Source[], pattern: RegExp): string[] => sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path).sort();
/** All texts of the product's sources that match, without repetition. */
const matches = (sources: readonly Source[], pattern: RegExp): string[] => [...new Set(sources.flatMap(({ text }) => [...text.matchAll(pattern)].map(([, found = '']) => found)))].sort();

it('the scan sees the product', () => {
  expect(libraries.length).toBeGreaterThan(300);
  expect(page.length).toBeGreaterThan(30);
});

/** Every file of the servers that opens a connection, and the setting that alone says where to. */
const outgoing: Readonly<Record<string, RegExp>> = {
  'libs/ai/src/chat-model/openai.chat-model.ts': /settings|options/,
  'libs/ai/src/embedder/openai.embedder.ts': /settings|options/,
  'libs/messaging/src/carriers/nats-link.ts': /url|options|servers/,
  'libs/services/auth/src/mail/smtp.mail.ts': /settings\.url/,
  'libs/services/auth/src/oidc/guarded-fetch.ts': /origins\.has/,
  'libs/services/auth/src/oidc/identity-provider.ts': /guardedFetch\(settings\)/,
  'libs/services/gateway/src/edge/socket-tunnel.ts': /upstream/,
  'libs/services/kb-indexer/src/scanning/clamd.file-scanner.ts': /this\.address/,
  'libs/storage/src/encryption/transit/transit-client.ts': /server/,
  'libs/storage/src/key-value/redis-client.ts': /url/,
  'libs/storage/src/vector-index/qdrant.vector-index.ts': /url|address|Qdrant/,
};

it('v5.0.0-13.2.4 v5.0.0-1.3.6 every place of the servers that opens a connection is on the list, and its address comes from settings', () => {
  const opens = /(?<![.\w])fetch\(|\bglobalThis\.fetch\b|\bhttps?Request\(|\bhttps?\.(?:get|request)\(|\bnet\.connect\(|\btls\.connect\(|import \{[^}]*\b(?:connect|createConnection)\b[^}]*\} from 'node:(?:net|tls)'|new WebSocket\(|createTransport\(|new (?:OpenAI|ChatOpenAI|QdrantClient|Redis)\(|from 'nats'|\bdgram\b|\bdns\b\.|undici'/;
  const found = having(libraries.filter(({ path }) => !path.startsWith('libs/contracts/src/client/')), opens);
  const known = new Set([...Object.keys(outgoing), ...found.filter((path) => path.startsWith('libs/messaging/src/') || path.startsWith('libs/storage/src/') || path.startsWith('libs/kit/src/telemetry/'))]);
  expect(found.filter((path) => !known.has(path))).toEqual([]);
  for (const [path, address] of Object.entries(outgoing)) expect(libraries.find((each) => each.path === path)?.text ?? '').toMatch(address);
  // what people send reaches services by contracts alone: none has an input that is an address to be fetched
  const contracts = libraries.filter(({ path }) => path.startsWith('libs/contracts/src/') && !path.includes('/client/'));
  expect(having(contracts, /\b(?:webhook|callback|fetch|source|image|avatar|remote)Url\b/i)).toEqual([]);
});

it('v5.0.0-1.3.2 no source makes code of text', () => {
  expect(having(everything, /(?<![.\w])eval\(|new Function\(|from 'node:vm'|setTimeout\(\s*['"`]/)).toEqual([]);
});

it('v5.0.0-1.2.5 the one process that is started is our own file, without a shell and without an environment', () => {
  const starts = having(libraries, /from 'node:child_process'/);
  expect(starts).toEqual(['libs/services/kb-indexer/src/extraction/process-extractor.ts']);
  const text = libraries.find(({ path }) => path === starts[0])?.text ?? '';
  expect(text).toMatch(/fork\(this\.file, \{[^;]*\benv: \{\}/s);
  expect(text).not.toMatch(/shell|exec\(|execFile|spawn\(/);
});

it('v5.0.0-3.2.2 the page writes text as text: nothing sets HTML', () => {
  expect(having(page, /dangerouslySetInnerHTML|\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|rehype-raw|DOMParser|createContextualFragment/)).toEqual([]);
});

it('v5.0.0-3.5.5 the page listens to its own socket and channel alone, and to no other window', () => {
  expect(having(page, /window\.addEventListener\('message'|window\.onmessage|\.postMessage\([^)]*'\*'/)).toEqual([]);
  expect(having(page, /addEventListener\('message'/)).toEqual(['apps/web/src/session/activity.ts']);
  expect(page.find(({ path }) => path.endsWith('session/activity.ts'))?.text).toContain('BroadcastChannel');
});

it('v5.0.0-6.2.6 v5.0.0-6.2.7 passwords are typed into masked fields, which may be pasted into and filled by managers', () => {
  const fields = page.flatMap(({ path, text }) => [...text.matchAll(/<input[^\n]*password[^\n]*\/>/gi)].map(([field]) => `${path}: ${field}`));
  expect(fields.length).toBeGreaterThan(0);
  for (const field of fields) expect(field).toMatch(/type="password"(?=.*autoComplete="(?:current|new)-password")/s);
  expect(having(page, /onPaste|onDrop=.*password|autoComplete="off"[^>]*type="password"/)).toEqual([]);
});

it('v5.0.0-14.3.3 the browser keeps a theme, a mark that somebody signed in and, on the way to an identity provider and back, its single-use ticket; no token and no text', () => {
  expect(having(page, /indexedDB|document\.cookie/)).toEqual([]);
  expect(having(page, /sessionStorage/)).toEqual(['apps/web/src/session/provider-errand.ts']);
  expect(page.find(({ path }) => path.endsWith('session/provider-errand.ts'))?.text).toContain('sessionStorage.removeItem(key)');
  expect(matches(page, /localStorage\.setItem\((\w+)/g)).toEqual(['markKey', 'storageKey']);
  expect(having(page, /localStorage\./)).toEqual(['apps/web/src/session/tokens.ts', 'apps/web/src/shell/theme.ts']);
  expect(page.find(({ path }) => path.endsWith('session/tokens.ts'))?.text).toContain("localStorage.setItem(markKey, 'yes')");
});

it('v5.0.0-11.3.1 v5.0.0-11.3.2 the one cipher is AES-256 with GCM', () => {
  expect(matches(libraries, /['"]((?:id-)?(?:aes|des(?=-|\d)|rc\d|chacha\d*|blowfish|camellia|sm4|bf)-?[\w-]*)['"]/g)).toEqual(['aes-256-gcm', 'aes256-gcm96']); // the second is what Transit of Vault calls the same
  expect(having(libraries, /createCipher\(|createDecipher\(|RSA_PKCS1_PADDING/)).toEqual([]);
});

it('v5.0.0-11.4.1 v5.0.0-11.4.3 hashes are SHA-256; SHA-1 only names passages and reads the published list of leaked passwords', () => {
  expect(matches(libraries, /create(?:Hash|Hmac)\('([\w-]+)'/g)).toEqual(['sha1', 'sha256']);
  expect(having(libraries, /create(?:Hash|Hmac)\('sha1'/)).toEqual(['libs/services/auth/src/passwords/breached-passwords.ts', 'libs/services/kb-indexer/src/chunking/passage-id.ts']);
});

it('v5.0.0-11.5.1 chance without secrets only spreads pauses; secrets come from node:crypto', () => {
  const chance = having(everything, /Math\.random/);
  const pauses = /backoff|resilience|retry|revocation-feed|engine|redis-client|answer-socket|session/;
  expect(chance.filter((path) => !pauses.test(path))).toEqual([]);
  expect(having(libraries, /Math\.random\(\)[^\n]*(?:token|secret|code|key|nonce)/i)).toEqual([]);
});

const packages = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { dependencies: Record<string, string>; devDependencies: Record<string, string> };
const lock = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as { packages: Record<string, { version?: string; resolved?: string; integrity?: string; link?: boolean; inBundle?: boolean }> };

it('v5.0.0-11.2.1 cryptography is that of Node, jose, argon2 and the makers of TOTP and WebAuthn, and none of our own', () => {
  expect(Object.keys(packages.dependencies).filter((name) => /crypto|cipher|bcrypt|forge|tweetnacl|md5|sha\d|aes|elliptic|jsonwebtoken/.test(name))).toEqual([]);
  expect(having(libraries, /0x67452301|0x6a09e667|sbox|S_BOX/i)).toEqual([]);
});

const components = Object.entries(lock.packages).filter(([path, { link, inBundle }]) => path.includes('node_modules/') && !link && !inBundle);

it('v5.0.0-15.1.2 the lock file is the inventory: every component with its version, none from an address of its own', () => {
  expect(components.length).toBeGreaterThan(500);
  expect(components.filter(([, { version, resolved }]) => version === undefined || resolved !== undefined).map(([path]) => path)).toEqual([]);
  expect(Object.values({ ...packages.dependencies, ...packages.devDependencies }).filter((version) => !/^(?:npm:[\w@/-]+@)?\d+\.\d+\.\d+/.test(version))).toEqual([]);
});

/** Without hashes `npm ci` takes whatever the registry sends under that version. */
it('v5.0.0-15.2.4 every component of the lock file has the hash of what was reviewed', () => {
  expect(components.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual([]);
});

it('v5.0.0-13.4.2 nothing that starts the product opens a debugger or shows more than in operation', () => {
  const starters = ['tools/bootstrap/start.mjs', 'tools/bootstrap/workspace.mjs'].map((path) => readFileSync(`${root}${path}`, 'utf8')).join('\n');
  expect(starters).not.toMatch(/--inspect|NODE_DEBUG|DEBUG=/);
  expect(having(libraries, /node:inspector|--inspect/)).toEqual([]);
});
