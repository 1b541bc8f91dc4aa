import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

type Values = Readonly<Record<string, string | null>>;
interface Composed {
  readonly services?: Readonly<Record<string, { readonly environment?: Values | readonly string[] } | null>>;
}

/** Settings of compose and of the engine themselves. */
export const ofPrograms = /^(?:COMPOSE|DOCKER|BUILDKIT)_/;

/** What compose files do with settings: which they take by name, and what they decide for a service. */
export interface ComposeNames {
  /** `${NAME}` anywhere: given to compose, which passes it on. */
  readonly variables: ReadonlySet<string>;
  /** Variables of a service's environment; they win over its settings file. */
  decidedFor(service: string): ReadonlySet<string>;
}

/** From all files that may be started, and those that are. */
export function composeNames(all: readonly string[], started: readonly string[]): ComposeNames {
  const texts = all.map((file) => readFileSync(file, 'utf8'));
  const composed = started.map((file) => parse(readFileSync(file, 'utf8'), { merge: true }) as Composed | null); // compose checks the rest of it
  return {
    variables: variablesIn(texts),
    decidedFor: (service) => new Set(composed.flatMap((each) => namesOf(each?.services?.[service]?.environment))),
  };
}

function variablesIn(texts: readonly string[]): Set<string> {
  return new Set(texts.flatMap((text) => [...text.matchAll(/\$\{([A-Z][A-Z0-9_]*)/g)].map(([, name = '']) => name)));
}

/** Of the settings, what compose takes from the files it is started with. */
export function settingsForCompose(settings: Readonly<Record<string, string>>, files: readonly string[]): Record<string, string> {
  const variables = variablesIn(files.map((file) => readFileSync(file, 'utf8')));
  return Object.fromEntries(Object.entries(settings).filter(([name]) => variables.has(name) || ofPrograms.test(name)));
}

function namesOf(environment: Values | readonly string[] | undefined): string[] {
  if (environment === undefined) return [];
  return Array.isArray(environment) ? environment.map((line: string) => line.split('=')[0] ?? '') : Object.keys(environment);
}
