import { catalogue, socketPath } from '@voiceassist/contracts';
import { configClassesOf, describeSettings, serviceDefinitionOf, type SettingDescription } from '@voiceassist/kit';
import { routesOf } from '@voiceassist/service-gateway';
import { serviceModules } from '../modules.js';
import { checksOf, scalingOf, type RouteCheck, type Scaling } from './judgements.js';

/** Stores of the chart's `network` values, and `blobs`, the claim that replicas share. */
export type Store = 'postgres' | 'nats' | 'redis' | 'qdrant' | 'blobs';

/** What the library chart knows of a service beyond its values. */
export interface ServiceFacts {
  readonly service: string;
  readonly stores: readonly Store[];
  /** Services it asks over HTTP, and by which it is asked; everything else goes over the bus. */
  readonly calls: readonly string[];
  readonly calledBy: readonly string[];
  /** Whether it may leave the cluster: never, only where switched on, or unless switched off. */
  readonly leaves: 'never' | 'switched' | 'open';
  /** Paths that the public reaches. */
  readonly public: readonly string[];
  readonly metrics: boolean;
  readonly probes: { readonly started: string; readonly alive: string; readonly ready: string };
  readonly checks: readonly RouteCheck[];
  readonly scaling?: Scaling;
  /** Settings of which the platform decides the value. */
  readonly fixedSettings: readonly string[];
  /** Settings that values may give. */
  readonly settings: readonly string[];
  readonly secretSettings: readonly string[];
  /** Settings that name a file, which may come from the Secret. */
  readonly fileSettings: readonly string[];
}

/** The pod's shape decides these; `MIGRATE_ONLY` belongs to the migration job. */
const fixed = new Set(['HOST', 'PORT', 'METRICS_PORT', 'METRICS_PUBLIC', 'SHUTDOWN_DELAY_MS', 'DRAIN_DELAY_MS', 'SHUTDOWN_TIMEOUT_MS', 'BLOB_URL', 'BUS_ALONE', 'MIGRATE_ONLY']);

const storesOfPart: Readonly<Record<string, readonly Store[]>> = {
  sql: ['postgres'], bus: ['nats'], 'key-value': ['redis'], 'rate-limits': ['redis'], jobs: ['redis'], 'vector-index': ['qdrant'], blobs: ['blobs'],
};
const storeOrder: readonly Store[] = ['postgres', 'nats', 'redis', 'qdrant', 'blobs'];

type Module = (typeof serviceModules)[number];
const nameOf = (module: Module) => serviceDefinitionOf(module).name;
const partsOf = (module: Module) => serviceDefinitionOf(module).uses.map(({ name }) => name);
/** Settings of a service's process as it runs alone. */
export const settingsOf = (module: Module): SettingDescription[] => describeSettings(configClassesOf([module]));

/** `REALTIME_URL` among a service's settings is its way to the realtime service. */
function callsOf(module: Module): string[] {
  const settings = new Set(settingsOf(module).map(({ name }) => name));
  return serviceModules.map(nameOf).filter((name) => settings.has(`${name.toUpperCase().replaceAll('-', '_')}_URL`));
}

/** Answers come from a model, integrations speak to outside systems; an encoder and a mail server may be outside. */
function leavesOf(module: Module): ServiceFacts['leaves'] {
  const parts = partsOf(module);
  if (nameOf(module) === 'integrations' || parts.includes('chat model')) return 'open';
  return parts.includes('embedder') || parts.includes('mail') ? 'switched' : 'never';
}

function publicPathsOf(module: Module): string[] {
  if (!serviceDefinitionOf(module).http) return [];
  const paths = [...routesOf(catalogue).map(({ http }) => http.path), socketPath, '/reference', '/openapi.json'];
  return [...new Set(paths.map((path) => `/${path.split('/')[1]}`))].sort();
}

function factsOf(module: Module): ServiceFacts {
  const service = nameOf(module);
  const stores = new Set(partsOf(module).flatMap((part) => storesOfPart[part] ?? []));
  const settings = settingsOf(module);
  const names = (wanted: (setting: SettingDescription) => boolean) => settings.filter(wanted).map(({ name }) => name);
  return {
    service,
    stores: storeOrder.filter((store) => stores.has(store)),
    calls: callsOf(module),
    calledBy: serviceModules.filter((other) => callsOf(other).includes(service)).map(nameOf),
    leaves: leavesOf(module),
    public: publicPathsOf(module),
    metrics: true,
    probes: { started: '/health', alive: '/health', ready: '/ready' },
    checks: checksOf(service),
    scaling: scalingOf(service),
    fixedSettings: names(({ name }) => fixed.has(name)),
    settings: names(({ name, secret }) => !secret && !fixed.has(name)),
    secretSettings: names(({ secret }) => secret),
    fileSettings: names(({ name, secret }) => !secret && name.endsWith('_FILE')),
  };
}

/** The page: files behind a web server, which talks to nobody. */
const web: ServiceFacts = {
  service: 'web', stores: [], calls: [], calledBy: [], leaves: 'never', public: ['/'], metrics: false,
  probes: { started: '/health', alive: '/health', ready: '/' }, checks: [['/', 200], ['/api/conversations', 404]],
  fixedSettings: [], settings: [], secretSettings: [], fileSettings: [],
};

export function chartFacts(): ServiceFacts[] {
  return [...serviceModules.map(factsOf), web];
}

/** The module behind a chart; none for the page. */
export const moduleOf = (service: string): Module | undefined => serviceModules.find((module) => nameOf(module) === service);
