import { expect, it } from '@jest/globals';
import { auth, closeCodes, maxClientFrameBytes, rag, realtime, socketPath } from '@voiceassist/contracts';
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Conversation } from '../house/conversation.js';
import { Person } from '../house/person.js';
import { account, type Scene, someId } from './scene.js';

const ticketOf = async (person: Person) => (await person.client.request(realtime.issueTicket, {})).ticket;

/** The handshake as bytes, to which any frame can be added. */
function handshake(scene: Scene, protocol: string, more = ''): string {
  return `GET ${socketPath} HTTP/1.1\r\nHost: ${scene.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Protocol: ${protocol}\r\n${more}\r\n`;
}

const frame = (first: number, second: number, ...rest: number[]) => Buffer.from([first, second, ...rest]);

export function socketAttacks(scene: () => Scene): void {
  const raw = async (protocols: string[], headers: Record<string, string> = {}) => Conversation.raw(scene().product.url, protocols, headers);

  it('v5.0.0-4.4.2 a page of another origin opens no socket, with whatever ticket', async () => {
    for (const origin of ['https://evil.example', 'null', `http://${scene().host}.evil.example`, `http://evil.example@${scene().host}:1`, 'file://', `http://${scene().host.replace(/:\d+/, ':1')}`]) {
      const socket = await raw(['voiceassist.v1', `ticket.${await ticketOf(scene().viewer)}`], { origin });
      expect([origin, (await socket.end()).code]).toEqual([origin, 1006]);
    }
    const forwarded = await raw(['voiceassist.v1', `ticket.${await ticketOf(scene().viewer)}`], { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' });
    expect((await forwarded.end()).code).toBe(1006);
    const own = await raw(['voiceassist.v1', `ticket.${await ticketOf(scene().viewer)}`], { origin: scene().product.url });
    await own.next('connected');
    own.close();
  });

  it('v5.0.0-4.4.3 a ticket opens one socket, even when it is shown many times at once', async () => {
    const ticket = await ticketOf(scene().viewer);
    const sockets = await Promise.all(Array.from({ length: 8 }, () => raw(['voiceassist.v1', `ticket.${ticket}`])));
    const outcomes = await Promise.all(sockets.map((socket) => socket.next('connected', 10_000).then(() => 'open', () => 'refused')));
    expect(outcomes.filter((outcome) => outcome === 'open')).toHaveLength(1);
    for (const socket of sockets) socket.close();
    expect((await (await raw(['voiceassist.v1', `ticket.${ticket}`])).end()).code).toBe(closeCodes.notAuthenticated);
  });

  it('v5.0.0-4.4.3 invented, malformed and missing tickets open nothing', async () => {
    for (const ticket of ['', 'x', '*', '__proto__', `${'a'.repeat(43)}`, 'a'.repeat(4_000)]) expect((await (await raw(['voiceassist.v1', `ticket.${ticket}x`])).end()).code).toBe(closeCodes.notAuthenticated);
    expect((await (await raw(['voiceassist.v1'])).end()).code).toBe(closeCodes.notAuthenticated);
  });

  it('v5.0.0-4.4.4 a ticket is given to a signed-in person only, and dies with the session', async () => {
    expect((await scene().send('POST', realtime.issueTicket.http.path, {})).status).toBe(401);
    const person = await Person.signIn(scene().product, account('vera'));
    const ticket = await ticketOf(person);
    await person.client.request(auth.logout, {});
    await sleep(1_000); // every edge hears of it within this time
    expect((await (await raw(['voiceassist.v1', `ticket.${ticket}`])).end()).code).toBe(closeCodes.notAuthenticated);
  });

  it('v5.0.0-4.4.3 a ticket carries its own person and no other', async () => {
    const title = 'only for otto';
    const { conversationId } = await scene().other.client.request(rag.createConversation, { title });
    const vera = await Conversation.open(scene().viewer);
    vera.ask('What is in this conversation?', { conversationId });
    await expect(vera.next('message_complete')).rejects.toThrow('CONVERSATION_NOT_FOUND');
    vera.close();
  });

  it('v5.0.0-8.2.2 nobody can stop, read or continue the answer of somebody else over a socket', async () => {
    const otto = await Conversation.open(scene().other);
    const vera = await Conversation.open(scene().viewer);
    otto.ask('How should hands be cleaned?');
    const { messageId } = await otto.next('message_start');
    vera.send({ type: 'stop', messageId });
    vera.send({ type: 'stop', messageId: someId });
    const complete = await otto.next('message_complete', 60_000);
    expect(complete.stopped).toBe(false);
    expect(vera.frames.some(({ type }) => type !== 'connected' && type !== 'error' && type !== 'ping')).toBe(false);
    otto.close();
    vera.close();
  }, 90_000);

  it('v5.0.0-2.2.1 frames that are no message of the protocol are refused one by one, without detail', async () => {
    const bad = ['', 'null', '[]', '{}', '"message"', '{"type":"__proto__"}', '{"type":"message"}', `{"type":"message","clientMessageId":"${randomUUID()}","content":"x","__proto__":{"roles":["admin"]},"mode":"evil"}`, `${'['.repeat(30_000)}`];
    const socket = await Conversation.open(scene().viewer);
    for (const text of bad) {
      socket.frames.length = 0;
      socket.sendRaw(text);
      const seen = await socket.next('error');
      expect([seen.code, /at |Zod|JSON|Unexpected/.test(seen.message)]).toEqual(['MALFORMED_FRAME', false]);
    }
    socket.sendRaw(Buffer.from([0]));
    expect((await socket.end()).code).toBe(closeCodes.policy);
  });

  it('v5.0.0-15.2.2 a frame above the limit, also one in pieces, ends the socket and not the server', async () => {
    const socket = await Conversation.open(scene().viewer);
    socket.sendRaw('x'.repeat(maxClientFrameBytes + 1));
    expect((await socket.end()).code).toBe(closeCodes.frameTooBig);
    const deep = await Conversation.open(scene().viewer);
    deep.sendRaw(`{"type":"message","clientMessageId":"${randomUUID()}","content":"x","mode":${'['.repeat(28_000)}${']'.repeat(28_000)}}`);
    expect((await deep.next('error')).code).toBe('MALFORMED_FRAME');
    deep.close();
    expect((await scene().ask('/health')).status).toBe(200);
  });

  it('v5.0.0-4.2.1 frames that break the protocol end the socket: unmasked, compressed, reserved, too long a control frame', async () => {
    const attacks: Record<string, Buffer> = {
      unmasked: frame(0x81, 0x02, 0x7b, 0x7d), compressed: frame(0xc1, 0x82, 0, 0, 0, 0, 0x7b, 0x7d), 'reserved opcode': frame(0x83, 0x80, 0, 0, 0, 0),
      'a long ping': frame(0x89, 0xfe, 0, 126, 0, 0, 0, 0), 'an endless frame': frame(0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0), 'a continuation of nothing': frame(0x80, 0x82, 0, 0, 0, 0, 0x7b, 0x7d),
    };
    for (const [name, bytes] of Object.entries(attacks)) {
      const request = handshake(scene(), `voiceassist.v1, ticket.${await ticketOf(scene().viewer)}`, 'Sec-WebSocket-Extensions: permessage-deflate\r\n');
      const wire = await scene().raw(Buffer.concat([Buffer.from(request), bytes]), 1_500);
      expect([name, wire.startsWith('HTTP/1.1 101'), wire.includes('permessage-deflate'), [1002, 1009].some((code) => wire.includes(String.fromCharCode(0x88)) && wire.includes(Buffer.from([code >> 8, code & 255]).toString('latin1')))]).toEqual([name, true, false, true]);
    }
  }, 60_000);

  it('v5.0.0-2.4.1 one person cannot hold more sockets than the limit', async () => {
    const person = await scene().boss.colleague('viewer', 'sophie');
    const sockets: Conversation[] = [];
    for (let index = 0; index < 12; index += 1) sockets.push(await raw(['voiceassist.v1'], { authorization: `Bearer ${person.tokens.accessToken}` }));
    const outcomes = await Promise.all(sockets.map((socket) => socket.next('connected').then(() => 'open', () => socket.closed?.code)));
    expect(outcomes.filter((outcome) => outcome === 'open')).toHaveLength(10);
    expect(outcomes).toContain(closeCodes.tooMany);
    for (const socket of sockets) socket.close();
  });

  it('v5.0.0-3.4.4 refused handshakes carry the security headers too', async () => {
    const [refused, unknown] = await Promise.all([
      scene().raw(handshake(scene(), 'voiceassist.v1', 'Origin: https://evil.example\r\n')),
      scene().raw(handshake(scene(), 'voiceassist.v1').replace(socketPath, '/api/other/ws')),
    ]);
    expect(refused).toMatch(/^HTTP\/1\.1 403/);
    expect(unknown).toMatch(/^HTTP\/1\.1 404/);
    for (const wire of [refused, unknown]) expect(wire).toMatch(/x-content-type-options: nosniff/i);
  });
}
