import { readFileSync } from 'node:fs';

interface SecretText {
  readonly text?: string;
  /** Why there is no text although one was meant; never holds a part of the secret. */
  readonly problem?: string;
}

function readSecret(variable: string, file: string): SecretText {
  try {
    const text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    return text === '' ? { problem: `the file ${file} of ${variable} is empty` } : { text };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable'; // node:fs throws nothing else
    return { problem: `the file ${file} of ${variable} cannot be read (${code})` };
  }
}

/**
 * The text of a secret: the variable itself, or what stands in the file that `<NAME>_FILE` names, without its last line break.
 * Orchestrators mount secrets as files, which stay out of process lists, crash reports and `inspect`.
 */
export function secretText(name: string, environment: Readonly<Record<string, string | undefined>>): SecretText {
  const variable = `${name}_FILE`;
  const file = environment[variable];
  if (!file) return { text: environment[name] };
  if (environment[name]) return { problem: `${name} and ${variable} are both set; give one` };
  return readSecret(variable, file);
}
