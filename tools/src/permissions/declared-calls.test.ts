import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import * as contracts from '@voiceassist/contracts';
import { auditRequestOf, auth, dealings, type AnyContract, type ServiceName } from '@voiceassist/contracts';

/** The table of dealings must not be wider than the code: what a service no longer asks or hears has to leave it. */
const services = fileURLToPath(new URL('../../../libs/services', import.meta.url));
const isProgram = (name: string) => name.endsWith('.ts') && !/\.test\.ts$|(^|\/)(testing|fixtures)\//.test(name);

function sourceOf(service: string): string {
  const folder = join(services, service, 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(isProgram).map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
}

const namespaces = contracts as unknown as Record<string, Record<string, AnyContract> | undefined>; // looked up by the names that the sources use
const subjects = (found: Iterable<RegExpMatchArray>) => [...found].map(([, namespace = '', operation = '']) => namespaces[namespace]?.[operation]?.subject ?? `unknown ${namespace}.${operation}`);
const sorted = (values: Iterable<string>) => [...new Set(values)].sort();

describe('the table of dealings', () => {
  it.each((Object.keys(dealings) as ServiceName[]).map((service) => [service] as const))('says of %s exactly what its sources do', (service) => {
    const source = sourceOf(service);
    const own = new Set(contracts.catalogue.filter((entry) => entry.service === service).map(({ contract }) => contract.subject));
    const asked = subjects(source.matchAll(/\.client\((\w+)\)\s*\.(\w+)\(/g)).filter((subject) => !own.has(subject)); // a service may ask itself
    expect(source.match(/\.client\(\w+\)(?!\s*\.\w+\()/g) ?? []).toEqual([]); // a kept client would hide what it is asked
    const byParts = [
      ...(source.includes('identityPart()') ? [auth.listKeys.subject, auth.listRevocations.subject] : []),
      ...(service === 'admin' ? [] : [auditRequestOf(service).subject]),
    ];
    const byRoutes = service === 'gateway' ? contracts.catalogue.flatMap(({ contract }) => ('http' in contract && contract.http ? [contract.subject] : [])) : [];
    expect(sorted(dealings[service].calls.map(({ subject }) => subject))).toEqual(sorted([...asked, ...byParts, ...byRoutes]));

    const events = new Map(contracts.catalogue.filter(({ contract }) => contract.verb === 'event').map(({ contract }) => [contract.subject, contract]));
    const heard = subjects(source.matchAll(/@Handles\((\w+)\.(\w+)\)/g)).filter((subject) => events.has(subject));
    expect(sorted(dealings[service].hears.map(({ subject }) => subject))).toEqual(sorted(heard));
  });
});
