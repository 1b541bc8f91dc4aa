import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { closeCodes } from '@voiceassist/contracts';
import { KeyValue } from '@voiceassist/storage';
import { RealtimeModule } from './index.js';
import { diary, person, rowOf, SocketHouse, type Client } from './testing/house.js';

const seconds = () => Math.floor(Date.now() / 1_000);
/** As a client that is awake. */
const answerPings = (client: Client) => void client.socket.on('message', () => client.socket.readyState === client.socket.OPEN && client.socket.send('{"type":"pong"}'));

describe('what a socket is opened with', () => {
  let house: SocketHouse;

  beforeAll(async () => {
    house = await SocketHouse.start({ REVOCATION_MAX_STALE_MS: '1000', REVOCATION_POLL_MS: '50', REALTIME_ANSWERS_PER_SOCKET: '1', REALTIME_QUESTIONS_PER_MINUTE: '3' });
  });
  afterAll(() => house?.process.close());

  it('cannot be made or changed by whoever writes in the store', async () => {
    const store = house.process.get(RealtimeModule, KeyValue);
    const keyOf = (ticket: string) => `ticket:${createHash('sha256').update(ticket).digest('hex')}`;
    const forged = { ...person(), roles: ['admin'] };
    const [own, stolen] = [await house.issue(), await house.issue()];
    const { seal, ...actor } = JSON.parse((await store.take(keyOf(own))) ?? '') as { seal: { issuedAt: number } };
    const attempts = {
      unsealed: forged, 'sealed for another': { ...forged, seal }, 'the same person under another ticket': { ...actor, seal }, 'a longer life': { ...actor, seal: { ...seal, issuedAt: seal.issuedAt + 20_000 } },
    };
    for (const [attempt, content] of Object.entries(attempts)) {
      const ticket = attempt.includes('another ticket') ? stolen : own;
      await store.set(keyOf(ticket), JSON.stringify(content), 30_000);
      expect([attempt, await house.connect(['voiceassist.v1', `ticket.${ticket}`]).closed]).toEqual([attempt, closeCodes.tryAgain]);
    }
    await store.set(keyOf(own), JSON.stringify({ ...actor, seal }), 30_000);
    await house.connect(['voiceassist.v1', `ticket.${own}`]).until('connected');
  });

  it('ends the socket when it ends, after the answer that is under way', async () => {
    const client = await house.open({ ...person(), validUntil: seconds() + 2 });
    answerPings(client);
    client.say('slow');
    await client.until('message_chunk');
    expect(await client.closed).toBe(closeCodes.expired);
    expect(client.frames.map(({ type }) => type)).toContain('message_complete');
    const ended = house.connect(['voiceassist.v1', `ticket.${await house.issue({ ...person(), validUntil: seconds() - 60 })}`]);
    expect(await ended.closed).toBe(closeCodes.notAuthenticated);
  });

  it('takes no question after its end', async () => {
    const client = await house.open({ ...person(), validUntil: seconds() });
    client.say('late');
    expect(await client.until('error')).toMatchObject({ code: 'UNAVAILABLE' });
    expect(await client.closed).toBe(closeCodes.expired);
  });

  it('marks no act once an emergency access has ended by time', async () => {
    const emergency = { emergencyId: person().userId, collectionId: person().userId, until: seconds() - 1 };
    const client = await house.open({ ...person(), emergency });
    client.say('later');
    await client.until('message_complete');
    expect(diary.opened.at(-1)).toBeUndefined();
    client.socket.close();
  });

  it('refuses sockets, questions and answers under way while nobody can tell who is signed in', async () => {
    const asker = await house.open();
    const listener = await house.open();
    const ticket = await house.issue();
    for (const each of [asker, listener]) answerPings(each);
    const stopped = diary.stopped;
    listener.say('endless');
    await listener.until('message_chunk');
    diary.isAuthAway = true;
    try {
      expect(await listener.closed).toBe(closeCodes.tryAgain);
      while (diary.stopped === stopped) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(await asker.closed).toBe(closeCodes.tryAgain);
      expect(await house.connect(['voiceassist.v1', `ticket.${ticket}`]).closed).toBe(closeCodes.tryAgain);
      await rowOf('realtime.open-socket', 'UNAVAILABLE');
    } finally {
      diary.isAuthAway = false;
    }
  });

  it('leaves a row of each refusal: too many sockets, too many questions, too many answers', async () => {
    const actor = person();
    const [client, second] = [await openSoon(actor), await house.open(actor)];
    expect(await house.connect(['voiceassist.v1', `ticket.${await house.issue(actor)}`]).closed).toBe(closeCodes.tooMany);
    expect(await rowOf('realtime.open-socket', 'RATE_LIMITED')).toMatchObject({ service: 'realtime', actor: { userId: actor.userId } });
    answerPings(client);
    client.say('endless');
    await client.until('message_start');
    client.say('one more');
    expect(await client.until('error')).toMatchObject({ code: 'RATE_LIMITED', message: 'Wait for the running answers first.' });
    expect(await rowOf('rag.ask', 'RATE_LIMITED')).toMatchObject({ service: 'realtime', actor: { userId: actor.userId }, clientNetwork: expect.any(String) });
    client.frames.length = 0;
    for (const question of ['two', 'three']) client.say(question);
    while (!client.frames.some((frame) => frame.type === 'error' && frame.message.startsWith('Too many questions'))) await client.next();
    client.socket.close();
    second.socket.close();
  });

  /** The feed may need a moment to be fresh again. */
  async function openSoon(actor = person()): Promise<Client> {
    for (;;) {
      const client = house.connect(['voiceassist.v1', `ticket.${await house.issue(actor)}`]);
      const opened = await Promise.race([client.until('connected').then(() => true), client.closed.then(() => false)]);
      if (opened) return client;
    }
  }
});
