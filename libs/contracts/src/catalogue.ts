import { admin } from './admin/admin.contract.js';
import { auth } from './auth/auth.contract.js';
import { integrations } from './integrations/integrations.contract.js';
import { kb } from './kb/kb.contract.js';
import { rag } from './rag/rag.contract.js';
import { realtime } from './realtime/realtime.contract.js';
import type { AnyContract } from './kernel/contract.js';
import { users } from './users/users.contract.js';

export interface CatalogueEntry {
  readonly service: string;
  readonly operation: string;
  readonly contract: AnyContract;
}

const services = [auth, users, kb, rag, realtime, integrations, admin].map((service) => service.$service);

/** Every operation of the house; routes, OpenAPI, permissions and references are derived from this list. */
export const catalogue: readonly CatalogueEntry[] = services.flatMap((service) =>
  Object.entries(service.operations).map(([operation, contract]) => ({ service: service.name, operation, contract: contract as AnyContract })),
);
