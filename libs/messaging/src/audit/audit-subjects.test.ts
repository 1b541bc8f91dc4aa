import { describe, expect, it } from '@jest/globals';
import { auditSubjects } from './audit-subjects.js';

const id = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`;

describe('subjects of an audit record', () => {
  it('are the UUIDs at the top level whose name ends in Id, and nothing else', () => {
    const input = { documentId: id('1'), title: id('2'), noteId: 'Mrs Smith', nested: { patientId: id('3') }, listId: [id('4')], valid: id('5') };
    expect(auditSubjects(input, { passageId: id('6') })).toEqual({ documentId: id('1'), passageId: id('6') });
  });

  it('are also those of the person who signed in', () => {
    expect(auditSubjects({ email: 'a@b.example' }, { accessToken: 'x', user: { userId: id('7'), email: 'a@b.example' } })).toEqual({ userId: id('7') });
  });

  it('are none where there is no object', () => {
    expect(auditSubjects(undefined, null, 'documentId', 7, [{ documentId: id('1') }])).toEqual({});
  });
});
