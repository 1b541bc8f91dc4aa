import type { AuditRecord } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';
import { contentHash } from './canonical-json.js';

/** What only a handler can know about its act. Identifiers, pseudonyms and hashes; never values. */
export type AuditNote = Partial<Pick<AuditRecord, 'subjects' | 'patient' | 'purpose' | 'breakGlass' | 'change'>> & {
  /** The code of what became of the work, where a handler records a failure itself instead of failing. */
  readonly outcome?: string;
};

const notes = new WeakMap<Call, AuditNote>();

/** Adds to the audit row of the call a handler was given; later notes win field by field, identifiers join. */
export function noteForAudit(call: Call, note: AuditNote): void {
  const before = notes.get(call);
  notes.set(call, { ...before, ...note, subjects: { ...before?.subjects, ...note.subjects } });
}

export function notesOf(call: Call): AuditNote {
  return notes.get(call) ?? {};
}

/** Notes what a change replaced and what it left, as hashes of their contents; leave out what there was not. */
export function noteChange(call: Call, { before, after }: { readonly before?: unknown; readonly after?: unknown }): void {
  const hashOf = (content: unknown) => (content === undefined ? undefined : contentHash(content));
  noteForAudit(call, { change: { before: hashOf(before), after: hashOf(after) } });
}
