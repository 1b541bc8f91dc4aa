import { afterAll, beforeAll, describe } from '@jest/globals';
import { startNats, whenServer, type LocalServer } from '@voiceassist/kit';
import { busConforms } from './bus.conformance.js';
import { startWorld } from './conformance/world.js';

whenServer('nats', () => {
  describe('the bus over NATS', () => {
    let server: LocalServer;
    beforeAll(async () => {
      server = await startNats();
    });
    afterAll(() => server.stop());

    busConforms(() => startWorld(server.url, false));
  });
});

const { TEST_NATS_URL: newerNats } = process.env; // eslint-disable-line no-restricted-properties -- names a server for this suite only
if (newerNats) describe('the bus over the server of TEST_NATS_URL', () => busConforms(() => startWorld(newerNats, false)));
else console.info('SKIPPED NATS of another version: TEST_NATS_URL is not set');
