import type { CustomFetch, CustomFetchOptions } from 'openid-client';
import type { ProviderSettings } from './provider-settings.js';

/** No document of a provider is longer; what is, is not read to its end. */
const longestAnswerBytes = 1_048_576;

/** The code is what the log says. */
const refusal = (code: string) => Object.assign(new Error(`not asked of an identity provider: ${code}`), { code });

async function readBounded(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) { // what Node's fetch yields
    sizeBytes += chunk.length;
    if (sizeBytes > longestAnswerBytes) throw refusal('ANSWER_TOO_LONG');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/**
 * Asks the hosts of one provider and nothing else, whatever addresses its documents name. A redirection is never
 * followed, answers are bounded; the deadline comes with the request.
 */
export function guardedFetch({ issuer, hosts }: Pick<ProviderSettings, 'issuer' | 'hosts'>): CustomFetch {
  const origins = new Set([new URL(issuer).origin, ...hosts.map((host) => new URL(`https://${host}`).origin)]);
  return async (url: string, options: CustomFetchOptions) => {
    if (!origins.has(new URL(url).origin)) throw refusal('HOST_NOT_IN_SETTINGS');
    const response = await fetch(url, { ...options, body: options.body as RequestInit['body'], redirect: 'manual' });
    const body = await readBounded(response);
    const { status, headers } = response;
    return new Response(body.length > 0 ? body : null, { status, headers });
  };
}
