import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { auth, kb, rag } from '@voiceassist/contracts';
import { Conversation } from '../house/conversation.js';
import { bodyOf, codeOf, type Scene, Scene as Opened, type Told } from './scene.js';

const tooMany = (told: Told) => [told.status, codeOf(told), /^[1-9]\d*$/.test(String(told.headers['retry-after']))];

async function untilRefused(most: number, ask: (attempt: number) => Promise<Told>): Promise<Told | undefined> {
  for (let attempt = 0; attempt < most; attempt += 1) {
    const told = await ask(attempt);
    if (told.status === 429) return told;
  }
  return undefined;
}

/** With limits so low that a test reaches them. */
export function limitAttacks(): void {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Opened.open({ GATEWAY_REQUESTS_PER_MINUTE: '60', GATEWAY_CREDENTIALS_PER_MINUTE: '10', GATEWAY_CHECKS_PER_MINUTE: '5', GATEWAY_QUESTIONS_PER_MINUTE: '2', GATEWAY_UPLOADS_PER_MINUTE: '2', REALTIME_QUESTIONS_PER_MINUTE: '2' });
  }, 120_000);
  afterAll(() => scene?.close());

  it('v5.0.0-6.3.1 guessing at a password is slowed down, and the answer says when to come back', async () => {
    const told = await untilRefused(15, (attempt) => scene.send('POST', auth.login.http.path, { email: 'vera@hospital.example', password: `guess ${attempt}` }));
    expect(told && tooMany(told)).toEqual([429, 'RATE_LIMITED', true]);
    expect(told && bodyOf(told).data).toBeNull();
  });

  it('v5.0.0-15.3.4 an address that the client invents buys no further attempts', async () => {
    const forged = (attempt: number) => ({ 'x-forwarded-for': `10.1.1.${attempt}`, 'x-real-ip': `10.1.2.${attempt}`, forwarded: `for=10.1.3.${attempt}`, 'x-client-ip': `10.1.4.${attempt}`, 'true-client-ip': `10.1.5.${attempt}` });
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect((await scene.send('POST', auth.login.http.path, { email: `guess${attempt}@hospital.example`, password: 'x' }, { headers: forged(attempt) })).status).toBe(429);
    }
  });

  it('v5.0.0-2.4.1 questions, uploads and password checks have limits of their own', async () => {
    const question = await untilRefused(5, (attempt) => scene.send('POST', rag.streamAnswer.http.path, { clientMessageId: `asvs-limit-${attempt}`, content: 'How should hands be cleaned?' }, { as: scene.viewer }));
    expect(question && tooMany(question)).toEqual([429, 'RATE_LIMITED', true]);
    const upload = await untilRefused(5, () => scene.ask(kb.uploadDocument.http.path, { method: 'POST', as: scene.boss }));
    expect(upload && tooMany(upload)).toEqual([429, 'RATE_LIMITED', true]);
    const check = await untilRefused(8, () => scene.send('POST', auth.checkPassword.http.path, { password: 'x' }));
    expect(check && tooMany(check)).toEqual([429, 'RATE_LIMITED', true]);
  }, 60_000);

  it('v5.0.0-2.4.1 questions over a socket are limited, and the socket stays', async () => {
    const socket = await Conversation.open(scene.other);
    for (let index = 0; index < 4; index += 1) socket.ask(`How should hands be cleaned, attempt ${index}?`);
    expect(await socket.next('error')).toMatchObject({ code: 'RATE_LIMITED', fatal: false });
    expect(socket.closed).toBeUndefined();
    socket.close();
  });

  it('v5.0.0-2.4.1 any request is limited for each person and for each address without a session', async () => {
    const person = await untilRefused(70, () => scene.ask('/api/auth/me', { as: scene.viewer }));
    expect(person && tooMany(person)).toEqual([429, 'RATE_LIMITED', true]);
    const nobody = await untilRefused(70, () => scene.ask('/api/auth/jwks'));
    expect(nobody && tooMany(nobody)).toEqual([429, 'RATE_LIMITED', true]);
    const forged = await scene.ask('/api/auth/jwks', { headers: { authorization: 'Bearer x.y.z' } });
    expect(forged.status).toBe(429);
  }, 60_000);
}
