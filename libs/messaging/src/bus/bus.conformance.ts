import { afterAll, beforeAll, beforeEach, describe } from '@jest/globals';
import { accessAndAuditConform } from './conformance/access-and-audit.conformance.js';
import { journal } from './conformance/journal.js';
import { requestsConform } from './conformance/requests.conformance.js';
import { streamsConform } from './conformance/streams.conformance.js';
import type { World } from './conformance/world.js';

/** What every carrier must do. `open` starts the probe, an asker and an audit keeper on one bus. */
export function busConforms(open: () => Promise<World>): void {
  let world: World;
  beforeAll(async () => {
    world = await open();
  });
  beforeEach(() => journal.clear());
  afterAll(() => world.close());

  describe('requests', () => requestsConform(() => world));
  describe('streams', () => streamsConform(() => world));
  describe('access and audit', () => accessAndAuditConform(() => world));
}
