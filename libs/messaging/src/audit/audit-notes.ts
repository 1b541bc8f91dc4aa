import type { AuditRecord } from '@voiceassist/contracts';
import type { Call } from '@voiceassist/kit';

/** What only a handler can know about its act. Identifiers, pseudonyms and hashes; never values. */
export type AuditNote = Partial<Pick<AuditRecord, 'subjects' | 'patient' | 'purpose' | 'breakGlass' | 'change'>>;

const notes = new WeakMap<Call, AuditNote>();

/** Adds to the audit row of the call a handler was given; later notes win field by field, identifiers join. */
export function noteForAudit(call: Call, note: AuditNote): void {
  const before = notes.get(call);
  notes.set(call, { ...before, ...note, subjects: { ...before?.subjects, ...note.subjects } });
}

export function notesOf(call: Call): AuditNote {
  return notes.get(call) ?? {};
}
