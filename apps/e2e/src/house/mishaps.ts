import { randomUUID } from 'node:crypto';
import { ApiError, auth, HttpClient, rag, socketSubprotocol } from '@voiceassist/contracts';
import { Conversation } from './conversation.js';
import { fileOf } from './documents.js';
import type { ModelEndpoint } from './model-endpoint.js';
import type { Person } from './person.js';
import type { Product } from './product.js';

const question = 'How long should hands be washed?';

/** A file that says it is a PDF and is none. */
export async function uploadBrokenFile(person: Person): Promise<void> {
  const { documentId } = await person.upload(fileOf(`broken-${randomUUID()}.pdf`, `%PDF-1.7\n${randomUUID()}`, 'application/pdf'), { title: 'Broken' });
  const { stage } = await person.ingested(documentId);
  if (stage !== 'failed') throw new Error(`a broken file ended as ${stage}`);
}

/** A socket that nobody gave a ticket for. */
export async function comeWithoutTicket(product: Product): Promise<void> {
  await Conversation.raw(product.url, [socketSubprotocol, `ticket.${randomUUID()}`]).end();
}

/** Asks so often that it is too often; there must be a limit that is soon reached. */
export async function exceedLimit(product: Product, most: number): Promise<void> {
  const nobody = new HttpClient({ baseUrl: product.url });
  for (let left = most + 1; left > 0; left -= 1) {
    const failure = await nobody.request(auth.checkPassword, { password: 'a password that is being chosen' }).then(() => null, (error: unknown) => error);
    if (failure instanceof ApiError && failure.code === 'RATE_LIMITED') return;
    if (failure instanceof Error) throw failure;
  }
  throw new Error(`${most + 1} requests were not too many`);
}

/** Says stop while the model still thinks. */
export async function stopAnswer(person: Person, model: ModelEndpoint): Promise<void> {
  model.neverEnds = true;
  const conversation = await Conversation.open(person);
  conversation.ask(question);
  const { messageId } = await conversation.next('message_start');
  conversation.send({ type: 'stop', messageId });
  const { stopped } = await conversation.next('message_complete', 60_000);
  model.neverEnds = false;
  conversation.close();
  if (!stopped) throw new Error('it was not stopped');
}

/** As after a cut: the same question of the same client, whose answer is there already. */
export async function askAgain(person: Person): Promise<void> {
  const asked = { clientMessageId: randomUUID(), content: question };
  const answers: string[] = [];
  for (const input of [asked, asked]) {
    for await (const part of person.client.stream(rag.streamAnswer, input)) if (part.type === 'message_complete') answers.push(part.messageId);
  }
  if (answers.length !== 2 || answers[0] !== answers[1]) throw new Error('the second time did not get the answer of the first');
}

/** Somebody opens for themselves what was not granted to them, and is asked about it afterwards. */
export async function openInEmergency(nurse: Person): Promise<void> {
  await nurse.client.request(auth.openEmergency, { collectionId: randomUUID(), reason: 'the patient in bay three collapsed during the infusion' });
  await nurse.client.request(auth.endEmergency, {});
}
