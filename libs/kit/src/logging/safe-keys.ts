/** Keys whose values are never written, whatever they look like: secrets, and what a person said, wrote or is called. */
const secretWords = [
  'password', 'passwd', 'secret', 'token', 'ticket', 'authorization', 'cookie', 'credential', 'apikey', 'privatekey', 'signature',
  'content', 'query', 'question', 'answer', 'text', 'title', 'heading', 'quote', 'prompt', 'completion', 'transcript', 'snippet', 'body',
  'email', 'displayname', 'firstname', 'lastname', 'fullname', 'username', 'filename', 'phone', 'address', 'birth', 'ssn', 'mrn', 'patient', 'parameters',
];

/** Keys that hold identifiers, names of our own things, or codes. */
const identifierKeys = new Set([
  'service', 'services', 'process', 'processName', 'name', 'context', 'part', 'dependency', 'closer', 'module', 'subject', 'operation', 'event', 'job',
  'consumer', 'queue', 'stream', 'pattern', 'verb', 'method', 'route', 'protocol', 'host', 'signal', 'url',
  'code', 'kind', 'type', 'state', 'stage', 'status', 'outcome', 'result', 'reason', 'verdict', 'role', 'roles', 'action', 'mode', 'level',
  'version', 'model', 'adapter', 'scheme', 'schema', 'table', 'constraint', 'migration', 'migrations', 'limit', 'hash', 'sha256', 'kid', 'reqId',
]);

const identifierSuffixes = ['Id', 'Ids', 'Code', 'Kind', 'Hash', 'Name'];
const identifierSuffix = new RegExp(`(?:${identifierSuffixes.join('|')})$`);

/** What the logger lets through and what it hides, for the reference. */
export const loggedKeys = { names: [...identifierKeys], suffixes: identifierSuffixes, never: secretWords } as const;
const identifier = /^[A-Za-z0-9_$/][\w$.:/{}*,[\]-]{0,199}$/;
const address = /^https?:\/\/[\w.[\]:-]+$/;

export function isSecretKey(key: string): boolean {
  const plain = key.replace(/[^A-Za-z0-9]/g, '').toLowerCase().replaceAll('context', '');
  return secretWords.some((word) => plain.includes(word)) && !/(?:Id|Ids|Ms|Bytes|Count|Length|Tokens)$/.test(key);
}

export function isIdentifierKey(key: string): boolean {
  return identifierKeys.has(key) || identifierSuffix.test(key);
}

/** A token of ours, or a run of letters and digits longer than any name; a hash in hexadecimal is no such run. */
export const tokenLike = /eyJ[\w-]{5}|(?=[A-Za-z0-9+]{41})(?![0-9a-f]{64}$)[A-Za-z0-9+]{41}/;

/** One word without blanks, quotes, `@` or a query; routes, subjects, ids, codes and the address of a server are. */
export function isIdentifier(text: string): boolean {
  if (tokenLike.test(text)) return false;
  return identifier.test(text) || address.test(text);
}
