import { admin } from './admin/admin.contract.js';
import { auditEventOf, auditRequestOf } from './admin/audit-intake.js';
import { auth } from './auth/auth.contract.js';
import { catalogue } from './catalogue.js';
import { kb } from './kb/kb.contract.js';
import type { AnyContract, CallableContract, EventContract } from './kernel/contract.js';
import type { ServiceName } from './kernel/service-contract.js';
import { rag } from './rag/rag.contract.js';
import { realtime } from './realtime/realtime.contract.js';
import { users } from './users/users.contract.js';

/** What one service has to do with the others. What it owns needs no mention: it may ask itself, and tell its own events. */
export interface Dealings {
  /** Requests and streams of other services that it calls. */
  readonly calls: readonly CallableContract[];
  /** Events that its handlers take. */
  readonly hears: readonly EventContract[];
  /** Events of other services that it tells. */
  readonly tells: readonly EventContract[];
}

const publicRoutes = catalogue.flatMap(({ contract }) => ('http' in contract && contract.http ? [contract] : []));
/** Every service leaves its rows in the ledger, each on a subject of its own: by its outbox, or by a call where it owns no database. */
const rowsOf = (service: ServiceName) => [auditRequestOf(service)];
const toldRowsOf = (service: ServiceName) => [auditEventOf(service)];
const heardRows = [admin.auditRecorded, admin.auditRecordedByAuth, admin.auditRecordedByUsers, admin.auditRecordedByKbIndexer, admin.auditRecordedByRagOrchestrator];
/** What an edge needs to check access tokens. */
const identity = [auth.listKeys, auth.listRevocations];

/**
 * Who may ask whom for what. The bus refuses anything else at the caller, in every mode, and NATS refuses it again: its
 * users and their permissions are generated from this table and the catalogue.
 */
export const dealings: Readonly<Record<ServiceName, Dealings>> = {
  gateway: { calls: [...publicRoutes, ...identity, auth.verifyApiKey, ...rowsOf('gateway')], hears: [], tells: [] },
  auth: { calls: [users.createUser, users.getUser, users.listHolders, users.changeRoles, users.deactivateUser, kb.nameCollections, ...rowsOf('auth')], hears: [users.accessChanged], tells: toldRowsOf('auth') },
  users: { calls: [auth.provisionAccount, auth.changeAddress, ...rowsOf('users')], hears: [], tells: toldRowsOf('users') },
  'kb-indexer': { calls: rowsOf('kb-indexer'), hears: [], tells: toldRowsOf('kb-indexer') },
  'rag-orchestrator': { calls: [kb.searchPassages, ...rowsOf('rag-orchestrator')], hears: [], tells: toldRowsOf('rag-orchestrator') },
  realtime: { calls: [rag.streamAnswer, rag.readMessage, ...identity, ...rowsOf('realtime')], hears: [], tells: [] },
  integrations: { calls: rowsOf('integrations'), hears: [], tells: [] },
  admin: { calls: [users.countUsers, kb.countKnowledge, rag.countAnswers, realtime.countSockets], hears: heardRows, tells: [] },
};

const ownerOf = new Map(catalogue.map(({ service, contract }) => [contract.subject, service]));
type Dealing = keyof Dealings;
const subjectsOf = (service: ServiceName, dealing: Dealing) => new Set(dealings[service][dealing].map(({ subject }) => subject));
const declared = new Map(
  (Object.keys(dealings) as ServiceName[]).map((service) => [
    service,
    { calls: subjectsOf(service, 'calls'), hears: subjectsOf(service, 'hears'), tells: subjectsOf(service, 'tells') },
  ]),
);

/** Decides by the table. What is not in the catalogue at all (a test's own contracts) is nobody's concern here; NATS refuses it. */
export function mayDeal(service: ServiceName, dealing: Dealing, { subject }: Pick<AnyContract, 'subject'>): boolean {
  const owner = ownerOf.get(subject);
  if (owner === undefined || (owner === service && dealing !== 'hears')) return true;
  return declared.get(service)?.[dealing].has(subject) ?? false;
}

/** Throws, naming the line to write, when a service does what it has not declared: a mistake of ours, never of a person. */
export function assertDeclared(service: ServiceName, dealing: Dealing, contract: Pick<AnyContract, 'subject'>): void {
  if (!mayDeal(service, dealing, contract)) {
    throw new Error(`${service} does not declare that it ${dealing} ${contract.subject}: add it to libs/contracts/src/callers.ts, then run npm run generate`);
  }
}
