import { AppError, metricsOf } from '@voiceassist/kit';

const metrics = metricsOf('auth');
const outcome = '`ok`, `factor-required` or the code of a refusal';
const signIns = metrics.counter({ name: 'auth_sign_ins_total', labels: { method: ['password', 'second-factor', 'passkey', 'oidc', 'api_key'], outcome }, description: 'Attempts to sign in, and API keys shown, by what came of them.' });
const factorChecks = metrics.counter({ name: 'auth_factor_checks_total', labels: { kind: ['totp', 'passkey', 'recovery-code'], outcome }, description: 'Second factors shown, by what came of it.' });
const refreshes = metrics.counter({ name: 'auth_refreshes_total', labels: { outcome }, description: 'Sessions renewed or refused.' });
const hashDuration = metrics.histogram({ name: 'auth_password_hash_duration_seconds', unit: 's', buckets: [0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2], description: 'How long making or checking a password digest took, waiting included.' });

export type SignInMethod = 'password' | 'second-factor' | 'passkey' | 'oidc' | 'api_key';

async function counted<T>(count: (outcome: string) => void, work: () => Promise<T>, outcomeOf: (result: T) => string = () => 'ok'): Promise<T> {
  try {
    const result = await work();
    count(outcomeOf(result));
    return result;
  } catch (error) {
    count(error instanceof AppError ? error.code : 'INTERNAL');
    throw error;
  }
}

/** Counts an attempt to sign in by how it ends. */
export function countedSignIn<T>(method: SignInMethod, work: () => Promise<T>): Promise<T> {
  const isHalf = (result: T) => (result as { readonly kind?: string } | null)?.kind === 'factor-required';
  return counted((ended) => signIns.add(1, { method, outcome: ended }), work, (result) => (isHalf(result) ? 'factor-required' : 'ok'));
}

export const countedFactorCheck = <T>(kind: 'totp' | 'passkey' | 'recovery-code', work: () => Promise<T>): Promise<T> =>
  counted((ended) => factorChecks.add(1, { kind, outcome: ended }), work);

export const countedRefresh = <T>(work: () => Promise<T>): Promise<T> => counted((ended) => refreshes.add(1, { outcome: ended }), work);

export async function timedHash<T>(work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  try {
    return await work();
  } finally {
    hashDuration.record((performance.now() - begun) / 1_000);
  }
}
