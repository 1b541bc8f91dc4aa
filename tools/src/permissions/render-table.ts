import { catalogue, dealings, type AnyContract } from '@voiceassist/contracts';
import { natsServices } from '@voiceassist/messaging';

const ownerOf = new Map(catalogue.map(({ service, operation, contract }) => [contract.subject, { service, operation }]));

function named(contracts: readonly AnyContract[]): string {
  const byOwner = Map.groupBy(contracts.flatMap(({ subject }) => ownerOf.get(subject) ?? []), ({ service }) => service);
  return [...byOwner].map(([service, operations]) => `${service}: ${operations.map(({ operation }) => `\`${operation}\``).join(', ')}`).join('<br>') || '–';
}

/** Who may ask, hear and tell what, as a table for people. */
export function renderDealings(): string {
  const rows = natsServices.map((service) => {
    const { calls, hears, tells } = dealings[service];
    const own = catalogue.filter((entry) => entry.service === service && entry.contract.verb === 'event').map(({ contract }) => contract);
    const asked = service === 'gateway' ? `every operation with a public route; beyond these ${named(calls.filter((contract) => contract.http === undefined))}` : named(calls);
    return `| ${service} | ${asked} | ${named(hears)} | ${named([...own, ...tells])} |`;
  });
  return ['| Service | asks | hears | tells |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
