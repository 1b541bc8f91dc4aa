import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { configClassesOf, serviceDefinitionOf, type Setting } from '@voiceassist/kit';
import { serviceModules } from '../../generate/modules.js';
import type { Installation } from '../installation.js';
import { type ComposeNames, ofPrograms } from './compose-names.js';

/** Settings that the deploying itself reads. */
const own = new Set(['IMAGES', 'OBSERVE', 'EXTRA_COMPOSE_FILES', 'SMOKE_EMAIL']);
/** Where files lie is decided by the volumes, and migrations belong to the start. */
const decidedByImages = new Set(['BLOB_URL', 'BUS_ALONE', 'MIGRATE_ONLY']);
/** Marks a path inside the container, on which a compose file of one's own mounts something. */
const inContainer = 'container:';
const mountPoint = '/run/secrets';

/** What one service is given beside what the compose files say. */
export interface ServiceSettings {
  readonly service: string;
  /** Lines of its environment file, ready quoted. */
  readonly lines: readonly string[];
  /** Files for its folder of secrets: a text, or a file of this machine to copy. */
  readonly files: Readonly<Record<string, { readonly text: string } | { readonly copyOf: string }>>;
}

export interface ReadServiceSettings {
  readonly services: readonly ServiceSettings[];
  /** Everything that is wrong, all at once; no fault shows a secret. */
  readonly faults: readonly string[];
}

type Shape = ReadonlyMap<string, Setting>;

const shapes: ReadonlyMap<string, Shape> = new Map(serviceModules.map((module) => {
  const settings = configClassesOf([module]).flatMap(({ shape }) => Object.entries(shape));
  return [serviceDefinitionOf(module).name, new Map(settings)];
}));

/** The setting behind a name: itself, or the secret whose file it names. */
interface Meant {
  readonly name: string;
  readonly setting: Setting;
  readonly isFile: boolean;
}

function meantBy(shape: Shape, name: string): Meant | null {
  const setting = shape.get(name);
  if (setting) return { name, setting, isFile: name.endsWith('_FILE') };
  const secret = name.endsWith('_FILE') ? name.slice(0, -'_FILE'.length) : '';
  const behind = shape.get(secret);
  return behind?.secret ? { name: secret, setting: behind, isFile: true } : null;
}

function valueFault(name: string, value: string, { setting, isFile }: Meant): string | null {
  if (isFile) {
    if (value.startsWith(inContainer)) return null;
    if (!isAbsolute(value)) return `${name}: give the whole path of a file of this machine, or ${inContainer}/path for one that a compose file of yours mounts`;
    return existsSync(value) ? null : `${name}: ${value} is not there`;
  }
  const read = setting.schema.safeParse(value);
  if (!read.success) return `${name}: ${setting.secret ? 'malformed (value not shown)' : read.error.issues.map(({ message }) => message).join('; ')}`;
  return setting.secret || quoted(value) !== null ? null : `${name}: backslashes, \${…} and quotes of both kinds cannot be handed on`;
}

/** As both kinds of compose read an environment file: taken as it stands between quotes. */
function quoted(value: string): string | null {
  if (/\$\{|\\/.test(value)) return null;
  if (!value.includes("'")) return `'${value}'`;
  return /["$]/.test(value) ? null : `"${value}"`;
}

class Sorting {
  readonly faults: string[] = [];
  private readonly lines = new Map<string, string[]>();
  private readonly files = new Map<string, Record<string, { text: string } | { copyOf: string }>>();

  constructor(private readonly compose: ComposeNames) {
    for (const service of shapes.keys()) {
      this.lines.set(service, []);
      this.files.set(service, {});
    }
  }

  add(name: string, value: string): void {
    if (own.has(name) || ofPrograms.test(name) || value === '') return;
    const takers = [...shapes].flatMap(([service, shape]) => {
      const meant = meantBy(shape, name);
      return meant ? [{ service, meant }] : [];
    });
    if (this.compose.variables.has(name)) return this.check(name, value, takers[0]?.meant);
    if (takers.length === 0) return void this.faults.push(`${name}: no service and no compose file knows it; all names are in docs/configuration.md`);
    const free = takers.filter(({ service, meant }) => !this.isDecided(service, meant.name));
    if (free.length === 0) return void this.faults.push(`${name}: the compose files decide it; change it in a file of EXTRA_COMPOSE_FILES if you must`);
    this.check(name, value, free[0]?.meant);
    for (const { service, meant } of free) this.give(service, meant, value);
  }

  get services(): ServiceSettings[] {
    return [...shapes.keys()].map((service) => ({ service, lines: this.lines.get(service) ?? [], files: this.files.get(service) ?? {} }));
  }

  private check(name: string, value: string, meant: Meant | undefined): void {
    const fault = meant && valueFault(name, value, meant);
    if (fault) this.faults.push(fault);
  }

  private isDecided(service: string, name: string): boolean {
    const decided = this.compose.decidedFor(service);
    return decidedByImages.has(name) || decided.has(name) || decided.has(`${name}_FILE`);
  }

  /** Secrets and files go among the service's secrets, where `docker inspect` and its environment do not show them. */
  private give(service: string, { name, setting, isFile }: Meant, value: string): void {
    const lines = this.lines.get(service);
    const files = this.files.get(service);
    if (!lines || !files) return;
    const variable = setting.secret ? `${name}_FILE` : name;
    if (isFile && value.startsWith(inContainer)) lines.push(`${variable}='${value.slice(inContainer.length)}'`);
    else if (isFile || setting.secret) {
      files[name] = isFile ? { copyOf: value } : { text: value };
      lines.push(`${variable}='${mountPoint}/${name}'`);
    } else lines.push(`${name}=${quoted(value) ?? ''}`);
  }
}

/** Sorts the settings of an installation to the services that know them. */
export function readServiceSettings(settings: Readonly<Record<string, string>>, compose: ComposeNames): ReadServiceSettings {
  const sorting = new Sorting(compose);
  for (const [name, value] of Object.entries(settings)) sorting.add(name, value);
  const twice = Object.keys(settings).filter((name) => name.endsWith('_FILE') && (settings[name.slice(0, -'_FILE'.length)] ?? '') !== '' && settings[name] !== '');
  return { services: sorting.services, faults: [...sorting.faults, ...twice.map((name) => `${name} and ${name.slice(0, -'_FILE'.length)} are both given: give one`)] };
}

/** What a service's code, run from this machine, takes of the settings. */
export function settingsKnownTo(service: string, settings: Readonly<Record<string, string>>): Record<string, string> {
  const shape = shapes.get(service) ?? new Map();
  return Object.fromEntries(Object.entries(settings).filter(([name, value]) => value !== '' && meantBy(shape, name) !== null));
}

export const settingsFileOf = (installation: Installation, service: string) => join(installation.settingsFolder, `${service}.env`);
