import { describe, expect, it } from '@jest/globals';
import { faultsOf, lookAtMachine, type Machine, warningsOf } from './preflight.js';

const good: Machine = {
  system: 'debian', systemVersion: 12, memoryBytes: 8e9, freeDiskBytes: 60e9, isRoot: true, portsInUse: [], missingPrograms: [], siteAddress: 'assistant.hospital.example',
  acmeEmail: 'it@hospital.example', siteAddresses: ['192.0.2.7'], ownAddresses: ['127.0.0.1', '192.0.2.7'],
};

describe('the check of the machine', () => {
  it('finds nothing wrong with a good one', () => {
    expect([faultsOf(good), warningsOf(good)]).toEqual([[], []]);
    expect(faultsOf({ ...good, system: 'ubuntu', systemVersion: 24.04 })).toEqual([]);
  });

  it.each<[string, Partial<Machine>]>([
    ['debian 11', { systemVersion: 11 }], ['fedora', { system: 'fedora', systemVersion: 41 }], ['root', { isRoot: false }], ['GB of memory', { memoryBytes: 2e9 }], ['free on the disk', { freeDiskBytes: 1e9 }],
    ['port 443', { portsInUse: [443] }], ['docker is missing', { missingPrograms: ['docker'] }], ['DOMAIN', { siteAddress: '' }], ['ACME_EMAIL', { acmeEmail: '' }], ['leads nowhere', { siteAddresses: [] }],
  ])('finds %s', (what, bad) => {
    expect(faultsOf({ ...good, ...bad })).toEqual([expect.stringContaining(what)]);
  });

  it('lists everything at once', () => {
    expect(faultsOf({ ...good, memoryBytes: 1, freeDiskBytes: 1, portsInUse: [80, 443], acmeEmail: '' })).toHaveLength(5);
  });

  it('only notes a name that leads to a router', () => {
    expect(warningsOf({ ...good, ownAddresses: ['10.0.0.5'] })).toEqual([expect.stringContaining('no address of this machine')]);
  });

  it('sees this machine', async () => {
    const machine = await lookAtMachine({ folder: '/tmp', settings: {}, programs: ['sh', 'no-such-program'], ports: [] });
    expect(machine).toMatchObject({ missingPrograms: ['no-such-program'], siteAddress: '', siteAddresses: [] });
    expect(machine.system).not.toBe('');
    expect(machine.memoryBytes).toBeGreaterThan(1e9);
  });
});
