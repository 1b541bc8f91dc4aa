import type { AnyContract } from './contract.js';

export type ServiceName =
  | 'gateway' | 'auth' | 'users' | 'kb-indexer' | 'rag-orchestrator' | 'realtime' | 'integrations' | 'admin';

/** Everything one service may be asked, tell or do. */
export interface ServiceContract<Operations extends Record<string, AnyContract> = Record<string, AnyContract>> {
  readonly name: ServiceName;
  readonly operations: Operations;
}

const subjectForm = /^va\.v\d+\.[a-z0-9-]+\.(rpc|evt|job)(\.[a-z0-9-]+){2,3}$/;

/**
 * Names a service's operations and gives them back as properties, so that `kb.searchPassages` is the contract itself.
 * Throws at load on a malformed or repeated subject.
 */
export function service<const N extends ServiceName, const O extends Record<string, AnyContract>>(
  name: N,
  operations: O,
): O & { readonly $service: ServiceContract<O> & { readonly name: N } } {
  const seen = new Set<string>();
  for (const [key, { subject }] of Object.entries(operations)) {
    if (!subjectForm.test(subject)) throw new Error(`${name}.${key}: malformed subject ${subject}`);
    if (seen.has(subject)) throw new Error(`${name}.${key}: subject ${subject} is used twice`);
    seen.add(subject);
  }
  return { ...operations, $service: { name, operations } };
}
