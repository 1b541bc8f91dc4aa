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
