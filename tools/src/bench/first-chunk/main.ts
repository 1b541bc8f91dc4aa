import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, kb, realtime, ServerFrame, socketPath, socketSubprotocol, type HttpClient } from '@voiceassist/contracts';
import { WebSocket } from 'ws';
import { BenchedProduct, percentile, type Mode } from '../product.js';

/** Time from a question to its first chunk over the socket, at 1, 10 and 50 users, with a model that needs no time. */
const questions = [
  'How long should hands be washed with soap and water?', 'How is the wound washed after a sharps injury?', 'When is post-exposure prophylaxis started?',
  'At which temperature are refrigerated vaccines kept?', 'What is done after an unwitnessed fall?', 'How often is the ward observed for hand hygiene?',
];
const perUser = 8;

async function openSocket(url: string, client: HttpClient): Promise<WebSocket> {
  const { ticket } = await client.request(realtime.issueTicket, {});
  const socket = new WebSocket(`${url.replace('http', 'ws')}${socketPath}`, [socketSubprotocol, `ticket.${ticket}`]);
  await new Promise((resolve, reject) => {
    socket.once('message', resolve);
    socket.once('error', reject);
  });
  return socket;
}

/** Asks once and answers the milliseconds to the first chunk; resolves when the answer is complete. */
function ask(socket: WebSocket, content: string): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    let firstChunk = Number.NaN;
    const onMessage = (data: Buffer) => {
      const frame = ServerFrame.parse(JSON.parse(data.toString()));
      if (frame.type === 'message_chunk' && Number.isNaN(firstChunk)) firstChunk = performance.now() - startedAt;
      if (frame.type !== 'message_complete' && frame.type !== 'error') return;
      socket.off('message', onMessage);
      if (frame.type === 'error') reject(new Error(frame.code));
      else resolve(firstChunk);
    };
    socket.on('message', onMessage);
    socket.send(JSON.stringify({ type: 'message', clientMessageId: randomUUID(), content }));
  });
}

async function user(product: BenchedProduct, client: HttpClient, index: number): Promise<number[]> {
  const socket = await openSocket(product.url, client);
  const times: number[] = [];
  for (let round = 0; round < perUser; round += 1) times.push(await ask(socket, questions[(index + round) % questions.length] ?? ''));
  socket.close();
  return times;
}

/** The gateway is ready before the last of eight processes is. */
async function onceAnswered<T>(ask: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 503 || performance.now() > deadline) throw error;
      await sleep(200);
    }
  }
}

async function measure(mode: Mode, model: string): Promise<void> {
  const settings: Record<string, string> = model === 'scripted' ? { LLM_URL: 'scripted:', LLM_ALLOW_SCRIPTED: 'true' } : {};
  const product = await BenchedProduct.start(mode, settings);
  const { client } = await product.signIn();
  for (const { documentId } of (await onceAnswered(() => client.request(kb.listDocuments, {}))).items) {
    while ((await client.request(kb.readDocument, { documentId })).stage !== 'ready') await sleep(100);
  }
  await user(product, client, 0);
  let alone = Number.NaN;
  for (const users of [1, 10, 50]) {
    const times = (await Promise.all(Array.from({ length: users }, (_, index) => user(product, client, index)))).flat();
    const p50 = percentile(times, 0.5);
    if (users === 1) alone = p50;
    console.log(`${mode.padEnd(12)} ${model.padEnd(10)} ${String(users).padStart(3)} users: first chunk p50 ${p50.toFixed(0)} ms, p95 ${percentile(times, 0.95).toFixed(0)} ms, ratio to one user ${(p50 / alone).toFixed(1)}`);
  }
  await product.stop();
}

const modes = process.argv[2] ? [process.argv[2] as Mode] : (['standalone', 'distributed'] as const);
for (const mode of modes) for (const model of ['extractive', 'scripted']) await measure(mode, model);
process.exit(0);
