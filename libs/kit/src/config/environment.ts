import type { Environment } from './config.js';

/**
 * The values a process starts with: what the environment sets wins over the defaults.
 * A default may name another value as `${NAME}`, so that one folder setting moves everything beneath it.
 * Who names a file for a secret (`<NAME>_FILE`) does not want its default.
 */
export function environmentOver(defaults: Environment, environment: Environment): Environment {
  const given = Object.fromEntries(Object.entries(environment).filter(([, text]) => text !== undefined && text !== ''));
  const wanted = Object.entries(defaults).filter(([name]) => !(`${name}_FILE` in given));
  const values: Record<string, string | undefined> = { ...Object.fromEntries(wanted), ...given };
  for (const name of Object.keys(defaults)) {
    if (name in given) continue;
    values[name] = values[name]?.replace(/\$\{(\w+)\}/g, (reference, key: string) => values[key] ?? reference);
  }
  return values;
}
