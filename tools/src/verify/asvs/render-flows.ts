import { catalogue, dealings, type AnyContract, type ServiceName } from '@voiceassist/contracts';

const begin = '<!-- flows: written by tools/dist/verify/asvs/main.js from libs/contracts -->';
const end = '<!-- flows: end -->';
const services = Object.keys(dealings) as ServiceName[];
const entryOf = new Map(catalogue.map((entry) => [entry.contract.subject, entry]));
const ownerOf = ({ subject }: AnyContract): string => entryOf.get(subject)?.service ?? 'unknown';

const isPublic = (contract: AnyContract): boolean => 'http' in contract && contract.http !== undefined;

function publicRow(service: ServiceName): string {
  const routes = catalogue.flatMap((entry) => (entry.service === service && (entry.contract.verb === 'request' || entry.contract.verb === 'stream') && entry.contract.http ? [entry.contract] : []));
  const open = routes.filter(({ access }) => access === 'public').length;
  const fresh = routes.filter(({ stepUp }) => stepUp === true).length;
  const audited = routes.filter(({ audit }) => typeof audit === 'string').length;
  return `| browser, programs → gateway → ${service} | ${routes.length} routes | ${open} | ${fresh} | ${audited} |\n`;
}

function dealingRows(service: ServiceName): string[] {
  const { calls, hears } = dealings[service];
  const internal = calls.filter((contract) => service !== 'gateway' || !isPublic(contract));
  const names = (contracts: readonly AnyContract[]) => contracts.map(({ subject }) => `\`${entryOf.get(subject)?.operation ?? subject}\``).join(', ');
  const owners = [...new Set(internal.map(ownerOf))];
  return [
    ...owners.map((owner) => `| ${service} | asks | ${owner} | ${names(internal.filter((contract) => ownerOf(contract) === owner))} |\n`),
    ...hears.map((contract) => `| ${service} | hears from | ${services.filter((each) => each === ownerOf(contract) || dealings[each].tells.some(({ subject }) => subject === contract.subject)).join(', ')} | ${names([contract])} |\n`),
  ];
}

/** Who sends what to whom, from the same values that the gateway, the bus and the permissions of NATS are made of. */
export function renderFlows(): string {
  const outer = services.map(publicRow).filter((row) => !row.includes('| 0 routes |')).join('');
  const inner = services.flatMap(dealingRows).join('');
  return `${begin}

| flow over the outer boundary | routes | of them public | of them with a fresh factor | of them audited |
| --- | --- | --- | --- | --- |
${outer}
| service | deals | with | about |
| --- | --- | --- | --- |
${inner}
${end}`;
}

/** The document with its block of flows written anew; throws when it has none. */
export function withFlows(document: string): string {
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error('the document has no place for the flows');
  return document.slice(0, from) + renderFlows() + document.slice(to + end.length);
}
