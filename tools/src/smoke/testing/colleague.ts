import { auth, HttpClient } from '@voiceassist/contracts';
import type { BenchedProduct } from '../../bench/product.js';

interface Credentials {
  readonly email: string;
  readonly password: string;
}

async function signIn(baseUrl: string, credentials: Credentials): Promise<HttpClient> {
  const tokens = await new HttpClient({ baseUrl }).request(auth.login, credentials);
  if (tokens.kind !== 'signed-in') throw new Error('a second factor is asked for');
  return new HttpClient({ baseUrl, accessToken: () => tokens.accessToken });
}

/** Makes a clinician whom a password opens alone, and replaces, as the owner would, the one that was handed over; answers the clinician signed in. */
export async function makeColleague(product: BenchedProduct, { email, password }: Credentials): Promise<HttpClient> {
  const handedOver = 'for the first day alone, to be replaced';
  const { client } = await product.signIn();
  await client.request(auth.createAccount, { email, password: handedOver, displayName: 'Colleague', roles: ['clinician'] });
  await (await signIn(product.url, { email, password: handedOver })).request(auth.changePassword, { currentPassword: handedOver, newPassword: password });
  return signIn(product.url, { email, password });
}
