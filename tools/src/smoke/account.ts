import { readFileSync } from 'node:fs';

/** With what the checks come in: an API key, or a password and, where the account has one, the seed of its authenticator app. */
export type Account =
  | { readonly kind: 'api-key'; readonly key: string }
  | { readonly kind: 'password'; readonly email: string; readonly password: string; readonly totpSeed?: string };

export interface AccountFiles {
  readonly email?: string;
  readonly passwordFile?: string;
  readonly totpSeedFile?: string;
  readonly apiKeyFile?: string;
}

const contentOf = (file: string) => readFileSync(file, 'utf8').trim();

/** Secrets come from files only: what stands in a command line can be read by everybody on the machine. */
export function readAccount({ email, passwordFile, totpSeedFile, apiKeyFile }: AccountFiles): Account | undefined {
  if (apiKeyFile !== undefined) {
    if (email !== undefined) throw new Error('give either --api-key-file or --email, not both');
    return { kind: 'api-key', key: contentOf(apiKeyFile) };
  }
  if (email === undefined && passwordFile === undefined) return undefined;
  if (email === undefined || passwordFile === undefined) throw new Error('--email and --password-file belong together');
  return { kind: 'password', email, password: contentOf(passwordFile), ...(totpSeedFile && { totpSeed: contentOf(totpSeedFile) }) };
}
