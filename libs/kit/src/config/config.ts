import { z } from 'zod';
import { secretText } from './secret-file.js';

export interface Setting<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  /** One sentence for the configuration reference. */
  readonly description: string;
  /** Never printed, not even when it is wrong; may come from the file that `<NAME>_FILE` names. */
  readonly secret?: boolean;
}

export type SettingShape = Readonly<Record<string, Setting>>;
type ValuesOf<S extends SettingShape> = { readonly [K in keyof S]: z.output<S[K]['schema']> };

/** The text values a process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigClass<S extends SettingShape = SettingShape> {
  new (environment: Environment): string extends keyof S ? object : ValuesOf<S>;
  readonly shape: S;
}

export interface SettingFault {
  readonly name: string;
  readonly problem: string;
}

/** All faults of all settings at once. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly SettingFault[]) {
    super(`Wrong settings:\n${faults.map(({ name, problem }) => `  ${name}: ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

export function setting<S extends z.ZodType>(schema: S, description: string): Setting<S> {
  return { schema, description };
}
export function secretSetting<S extends z.ZodType>(schema: S, description: string): Setting<S> {
  return { schema, description, secret: true };
}

/** `true`, `false`, `1` or `0` as people write them in an environment. */
export const flag = (fallback: boolean) =>
  z.enum(['true', 'false', '1', '0']).default(fallback ? 'true' : 'false').transform((text) => text === 'true' || text === '1');

function parse(shape: SettingShape, environment: Environment) {
  const values: Record<string, unknown> = {};
  const faults: SettingFault[] = [];
  for (const [name, { schema, secret }] of Object.entries(shape)) {
    const { text, problem } = secret ? secretText(name, environment) : { text: environment[name] };
    if (problem) {
      faults.push({ name, problem });
      continue;
    }
    const result = schema.safeParse(text === '' ? undefined : text);
    if (result.success) values[name] = result.data;
    else faults.push({ name, problem: secret ? 'missing or malformed (value not shown)' : result.error.issues.map((issue) => issue.message).join('; ') });
  }
  return { values, faults };
}

/**
 * A class of settings: `class AuthConfig extends Config({ AUTH_ISSUER: setting(z.string(), '…') }) {}`.
 * It is its own injection token, and its construction throws a `ConfigError` that lists every wrong variable.
 */
export function Config<const S extends SettingShape>(shape: S): ConfigClass<S> {
  class Settings {
    static readonly shape = shape;

    constructor(environment: Environment) {
      const { values, faults } = parse(shape, environment);
      if (faults.length > 0) throw new ConfigError(faults);
      Object.assign(this, values);
    }

    /** Printing a config shows names only, so that no secret can leak through a log. */
    toJSON(): string[] {
      return Object.keys(shape);
    }
  }
  return Settings as unknown as ConfigClass<S>; // the constructor assigns exactly the parsed shape
}

/** Constructs every class or throws one error with the faults of all. */
export function readSettings(classes: readonly ConfigClass[], environment: Environment): Map<ConfigClass, object> {
  const faults = new Map<string, SettingFault>();
  const read = new Map<ConfigClass, object>();
  for (const type of new Set(classes)) {
    try {
      read.set(type, new type(environment));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const fault of error.faults) faults.set(fault.name, fault);
    }
  }
  if (faults.size > 0) throw new ConfigError([...faults.values()]);
  return read;
}
