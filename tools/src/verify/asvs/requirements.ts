import { requirementLines } from './requirements.data.js';

export type Standing =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'elsewhere'; readonly files: readonly string[] }
  | { readonly kind: 'not-applicable' | 'not-covered'; readonly reason: string };

export interface Requirement {
  readonly id: string;
  readonly level: 1 | 2 | 3;
  /** In our words. */
  readonly what: string;
  readonly standing: Standing;
}

function standingOf(text: string): Standing {
  const [sign, rest] = [text.charAt(0), text.slice(1).trim()];
  if (sign === '') return { kind: 'claimed' };
  if (sign === '=') return { kind: 'elsewhere', files: rest.split(' ') };
  if (sign === '/') return { kind: 'not-applicable', reason: rest };
  if (sign === '-') return { kind: 'not-covered', reason: rest };
  throw new Error(`a standing begins with =, / or -: ${text}`);
}

/** Reads one line of the data file; throws when it is not of its form. */
function requirementOf(line: string): Requirement {
  const [id = '', level = '', what = '', standing = ''] = line.split('|').map((part) => part.trim());
  if (!/^\d+\.\d+\.\d+$/.test(id) || !/^[123]$/.test(level) || what === '') throw new Error(`no requirement: ${line}`);
  return { id, level: Number(level) as 1 | 2 | 3, what, standing: standingOf(standing) };
}

export const requirements: readonly Requirement[] = requirementLines.trim().split('\n').map(requirementOf);
