import { randomUUID } from 'node:crypto';
import { catalogue, decideAccess, Role, type CallableContract, type UserActor } from '@voiceassist/contracts';

/** What one decision about access costs, against looking one value up in a map. */
const rounds = 20_000;
const contracts = catalogue.flatMap(({ contract }) => ('access' in contract ? [contract] : []));
const people = Role.options.map((role): UserActor => ({ type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: [role], factorAt: Math.floor(Date.now() / 1_000) }));
const composed: UserActor = { type: 'user', userId: randomUUID(), sessionId: randomUUID(), roles: ['viewer', 'nurse'], permissions: ['panel.read', 'documents.upload', 'people.read'] };
const lookUp = new Map(contracts.map(({ subject }) => [subject, subject.length]));
let kept = 0;

function nanosecondsEach(work: (contract: CallableContract, round: number) => number): number {
  for (let round = 0; round < rounds / 10; round += 1) for (const contract of contracts) kept += work(contract, round);
  const startedAt = process.hrtime.bigint();
  for (let round = 0; round < rounds; round += 1) for (const contract of contracts) kept += work(contract, round);
  return Number(process.hrtime.bigint() - startedAt) / (rounds * contracts.length);
}

const baseline = nanosecondsEach(({ subject }) => lookUp.get(subject) ?? 0);
const byRole = nanosecondsEach((contract, round) => decideAccess(contract, people[round % people.length] ?? composed).length);
const byComposedRole = nanosecondsEach((contract) => decideAccess(contract, composed).length);
for (const [name, nanoseconds] of [['one look-up in a map', baseline], ['decision for one role', byRole], ['decision for two roles and a composed one', byComposedRole]] as const) {
  console.log(`${name.padEnd(42)} ${nanoseconds.toFixed(0).padStart(6)} ns, ratio ${(nanoseconds / baseline).toFixed(1)}`);
}
if (kept < 0) throw new Error('nothing was measured');
