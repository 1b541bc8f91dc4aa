import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { Resolver } from 'node:dns/promises';
import { createServer } from 'node:net';
import { networkInterfaces, totalmem } from 'node:os';

/** What a machine is like, as far as it matters here. */
export interface Machine {
  /** `ID` and `VERSION_ID` of /etc/os-release. */
  readonly system: string;
  readonly systemVersion: number;
  readonly memoryBytes: number;
  readonly freeDiskBytes: number;
  readonly isRoot: boolean;
  readonly portsInUse: readonly number[];
  readonly missingPrograms: readonly string[];
  readonly siteAddress: string;
  readonly acmeEmail: string;
  /** Addresses to which the name leads. */
  readonly siteAddresses: readonly string[];
  readonly ownAddresses: readonly string[];
}

const oldest: Readonly<Record<string, number>> = { debian: 12, ubuntu: 22.04 };
const leastMemoryBytes = 3.5e9;
const leastDiskBytes = 15e9;

/** All that speaks against deploying, each with what to do about it. */
export function faultsOf(machine: Machine): string[] {
  const { system, systemVersion, memoryBytes, freeDiskBytes, isRoot, portsInUse, missingPrograms, siteAddress, acmeEmail, siteAddresses } = machine;
  const least = oldest[system];
  const rules: readonly (readonly [boolean, string])[] = [
    [least === undefined || systemVersion < least, `${system || 'an unknown system'} ${systemVersion || ''}: wanted Debian ${oldest['debian']} or Ubuntu ${oldest['ubuntu']}, or newer`],
    [!isRoot, 'run it as root: it needs the Docker engine, and files of several accounts'],
    [memoryBytes < leastMemoryBytes, `${(memoryBytes / 1e9).toFixed(1)} GB of memory: at least ${leastMemoryBytes / 1e9} GB are needed`],
    [freeDiskBytes < leastDiskBytes, `${(freeDiskBytes / 1e9).toFixed(1)} GB free on the disk: at least ${leastDiskBytes / 1e9} GB are needed`],
    ...missingPrograms.map((program) => [true, `${program} is missing`] as const),
    ...portsInUse.map((port) => [true, `port ${port} is in use by another program`] as const),
    [siteAddress === '', 'DOMAIN is not set: the name under which people open the product'],
    [acmeEmail === '', 'ACME_EMAIL is not set: the address that is told when a certificate is about to end'],
    [siteAddress !== '' && siteAddresses.length === 0, `the name ${siteAddress} leads nowhere: add its address to the DNS first`],
  ];
  return rules.filter(([holds]) => holds).map(([, fault]) => fault);
}

/** A name that leads to an address of no interface: right behind a router, wrong otherwise. */
export function warningsOf({ siteAddresses, ownAddresses, siteAddress }: Machine): string[] {
  const leadsElsewhere = siteAddresses.length > 0 && !siteAddresses.some((address) => ownAddresses.includes(address));
  return leadsElsewhere ? [`${siteAddress} leads to ${siteAddresses.join(', ')}, which is no address of this machine: ports 80 and 443 there must be forwarded here`] : [];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false)).listen(port, () => server.close(() => resolve(true)));
  });
}

async function addressesOf(name: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: 3_000, tries: 2 });
  const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  return found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
}

interface Look {
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly programs: readonly string[];
  /** Ports that must be free; none while the edge itself holds them. */
  readonly ports: readonly number[];
}

const folders = (process.env['PATH'] ?? '').split(':').concat('/usr/sbin', '/usr/bin');

export async function lookAtMachine({ folder, settings, programs, ports }: Look): Promise<Machine> {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)"?$`, 'm').exec(release)?.[1] ?? '';
  const { bavail, bsize } = statfsSync(folder);
  const free = await Promise.all(ports.map(isFree));
  const siteAddress = settings['DOMAIN'] ?? '';
  return {
    system: field('ID'), systemVersion: Number(field('VERSION_ID')), memoryBytes: totalmem(), freeDiskBytes: bavail * bsize, isRoot: process.getuid?.() === 0,
    portsInUse: ports.filter((_, index) => !free[index]), missingPrograms: programs.filter((program) => !folders.some((each) => existsSync(`${each}/${program}`))),
    siteAddress, acmeEmail: settings['ACME_EMAIL'] ?? '', siteAddresses: siteAddress === '' ? [] : await addressesOf(siteAddress),
    ownAddresses: Object.values(networkInterfaces()).flatMap((each) => each ?? []).map(({ address }) => address),
  };
}
