import { describe, expect, it } from '@jest/globals';
import { addressOf, filterOf, instantOf, localOf } from './filter.ts';

describe('filter of the audit', () => {
  it('stands in the address and comes back from it', () => {
    const filter = { action: 'kb.search', actorUserId: '7d3f8f0e-6a3c-4d2b-9c54-0d6a0f3f6b11', outcome: 'failed', from: '2026-11-23T05:00:00.000Z' };
    expect(filterOf(addressOf(filter))).toEqual(filter);
    expect(addressOf({}).toString()).toBe('');
  });

  it('leaves out what makes no sense', () => {
    expect(filterOf(new URLSearchParams({ actorUserId: 'nora', from: 'yesterday', to: '', action: 'kb.search', page: '7', strange: 'x' }))).toEqual({ action: 'kb.search' });
  });

  it('shows instants in local time, to the minute', () => {
    expect(instantOf(localOf('2026-11-23T05:41:12.345Z'))).toBe('2026-11-23T05:41:00.000Z');
    expect([localOf(undefined), instantOf('')]).toEqual(['', undefined]);
  });
});
