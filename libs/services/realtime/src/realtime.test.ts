import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { closeCodes, type UserActor } from '@voiceassist/contracts';
import { audited, diary, person, SocketHouse } from './testing/house.js';

describe('realtime', () => {
  let house: SocketHouse;
  const issue = (actor?: UserActor) => house.issue(actor);
  const connect = (protocols: string[], headers?: Record<string, string>) => house.connect(protocols, headers);
  const open = (actor?: UserActor) => house.open(actor);

  beforeAll(async () => {
    house = await SocketHouse.start();
  });
  afterAll(() => house?.process.close());

  it('streams an answer in order and speaks the chosen subprotocol', async () => {
    const client = await open();
    expect(client.socket.protocol).toBe('voiceassist.v1');
    client.say('hello');
    await client.until('message_complete');
    expect(client.frames.filter(({ type }) => type !== 'ping').map(({ type }) => type)).toEqual(['connected', 'message_start', 'message_chunk', 'message_chunk', 'message_chunk', 'message_complete']);
    client.socket.close();
  });

  it('takes a ticket once', async () => {
    const ticket = await issue();
    await connect(['voiceassist.v1', `ticket.${ticket}`]).until('connected');
    expect(await connect(['voiceassist.v1', `ticket.${ticket}`]).closed).toBe(closeCodes.notAuthenticated);
    while (!audited.some(({ action }) => action === 'realtime.open-socket')) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(audited.find(({ action }) => action === 'realtime.open-socket')).toMatchObject({ service: 'realtime', outcome: 'UNAUTHENTICATED', actor: { type: 'anonymous' }, clientNetwork: expect.any(String) });
  });

  it('admits pages of its own host only', async () => {
    const own = connect(['voiceassist.v1', `ticket.${await issue()}`], { origin: house.process.url });
    await own.until('connected');
    expect(await connect(['voiceassist.v1', `ticket.${await issue()}`], { origin: 'https://evil.example' }).closed).toBe(1006);
  });

  it('shows declared failures and hides crashes', async () => {
    const client = await open();
    client.say('fail');
    expect(await client.until('error')).toMatchObject({ code: 'MODEL_UNAVAILABLE', message: 'The model is away.', fatal: false });
    client.frames.length = 0;
    client.say('crash');
    const crash = await client.until('error');
    expect(crash.code).toBe('INTERNAL');
    expect(JSON.stringify(crash)).not.toContain('secret');
    client.socket.close();
  });

  it('stops the producer on stop and completes with what was stored', async () => {
    const client = await open();
    const before = diary.stopped;
    client.say('endless');
    const { messageId } = await client.until('message_start');
    await client.until('message_chunk');
    client.socket.send(JSON.stringify({ type: 'stop', messageId }));
    expect(await client.until('message_complete')).toMatchObject({ stopped: true, content: 'word 0 ' });
    // the producer hears of it where it next looks
    while (diary.stopped === before) await new Promise((resolve) => setTimeout(resolve, 5));
    client.socket.close();
  });

  it('stops the producer when the person goes away', async () => {
    const client = await open();
    const before = diary.stopped;
    client.say('endless');
    await client.until('message_chunk');
    client.socket.terminate();
    while (diary.stopped === before) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(diary.stopped).toBe(before + 1);
  });

  it('closes a socket that answers no ping', async () => {
    const silent = await open();
    expect(await silent.closed).toBe(closeCodes.idle);
  });

  it('limits the sockets of one person', async () => {
    const actor = person();
    const [first, second] = [await open(actor), await open(actor)];
    expect(await connect(['voiceassist.v1', `ticket.${await issue(actor)}`]).closed).toBe(closeCodes.tooMany);
    first.socket.close();
    second.socket.close();
  });

  it('ends the sockets of a session that was revoked', async () => {
    const actor = person();
    const client = await open(actor);
    const pong = setInterval(() => client.socket.send('{"type":"pong"}'), 50);
    diary.revoked.push({ sequence: diary.revoked.length + 1, sessionId: actor.sessionId, revokedAt: new Date().toISOString() });
    expect(await client.closed).toBe(closeCodes.notAuthenticated);
    clearInterval(pong);
  });

  it('ends the sockets of an emergency access that has ended, and gives none to tickets issued under it', async () => {
    const emergency = { emergencyId: randomUUID(), collectionId: randomUUID(), until: Math.floor(Date.now() / 1_000) + 3_600 };
    const actor = { ...person(), emergency };
    const [client, ticket] = [await open(actor), await issue(actor)];
    client.say('open');
    await client.until('message_complete');
    expect(diary.opened.at(-1)).toBe(emergency.collectionId);
    diary.revoked.push({ sequence: diary.revoked.length + 1, sessionId: emergency.emergencyId, revokedAt: new Date().toISOString() });
    expect(await client.closed).toBe(closeCodes.notAuthenticated);
    const later = connect(['voiceassist.v1', `ticket.${ticket}`]);
    await later.until('connected');
    later.say('open');
    await later.until('message_complete');
    expect(diary.opened.at(-1)).toBeUndefined();
    later.socket.close();
  });

  it('says that it restarts when it goes', async () => {
    const client = await open();
    const pong = setInterval(() => client.socket.readyState === client.socket.OPEN && client.socket.send('{"type":"pong"}'), 50);
    await house.process.close();
    expect(await client.closed).toBe(closeCodes.restarting);
    clearInterval(pong);
  });
});
