import { randomUUID } from 'node:crypto';
import { admin, type AnswerPart, ApiError, type Citation, type Document, type HttpClient, kb, rag, realtime, ServerFrame, socketPath, socketSubprotocol } from '@voiceassist/contracts';
import { expectThat, NotHere, personOf, type Check, type Scene } from '../check.js';
import { allowed } from './person.js';

type Complete = Extract<AnswerPart, { type: 'message_complete' }>;

const askDeadlineMs = 120_000;
const fewestWords = 8;
const mostWords = 24;

function sentenceOf(scene: Scene): NonNullable<Scene['sentence']> {
  personOf(scene);
  if (!scene.sentence) throw new NotHere('no sentence of a document was found to ask about');
  return scene.sentence;
}

/** A sentence of plain words from a text, long enough to be found again. */
export function sentenceIn(text: string): string | undefined {
  const sentences = text.replace(/\s+/g, ' ').split(/(?<=[.!?])\s/);
  return sentences.find((sentence) => {
    const words = sentence.split(' ').length;
    return words >= fewestWords && words <= mostWords && /^[A-ZÄÖÜ][^|#*_`]+[.!?]$/.test(sentence);
  });
}

async function findSentence(client: HttpClient, documents: readonly Document[]): Promise<Scene['sentence']> {
  for (const { documentId } of documents.filter(({ stage }) => stage === 'ready').slice(0, 10)) {
    const { text: page } = await client.request(kb.readPage, { documentId, page: 1 });
    const text = sentenceIn(page);
    if (text !== undefined) return { text, documentId };
  }
  return undefined;
}

/** Each citation opens its document at the page, and the quote stands there. */
async function expectProof(client: HttpClient, { content, citations, verdict }: Complete): Promise<string> {
  expectThat(content.length > 0, 'the answer is empty');
  expectThat(citations.length > 0, `no citation (verdict ${verdict})`);
  for (const citation of citations) await expectOpens(client, citation);
  return `${verdict}, ${citations.length} citations open`;
}

async function expectOpens(client: HttpClient, { number, documentId, page, range, quote }: Citation): Promise<void> {
  const read = await client.request(kb.readPage, { documentId, page }).catch((error: unknown) => {
    throw new Error(`citation ${number} does not open: ${error instanceof Error ? error.message : String(error)}`);
  });
  const flat = (text: string) => text.replace(/\s+/g, '');
  expectThat(flat(read.text.slice(range.start, range.end)).includes(flat(quote.replace(/…$/, ''))) || flat(read.text).includes(flat(quote.replace(/…$/, ''))), `citation ${number} quotes what page ${page} does not say`);
}

async function askOverHttp(client: HttpClient, content: string): Promise<Complete> {
  for await (const part of client.stream(rag.streamAnswer, { clientMessageId: randomUUID(), content })) if (part.type === 'message_complete') return part;
  throw new Error('the stream ended without a complete answer');
}

async function askOverSocket({ door, person }: Scene & Required<Pick<Scene, 'person'>>, content: string): Promise<Complete> {
  const { ticket } = await person.client.request(realtime.issueTicket, {});
  const socket = door.socket(socketPath, [socketSubprotocol, `ticket.${ticket}`], { origin: door.origin });
  try {
    return await new Promise<Complete>((resolve, reject) => {
      socket.once('error', reject).once('close', (code) => reject(new Error(`the socket closed with ${code}`)));
      socket.once('unexpected-response', (_request, response) => reject(new Error(`the upgrade is answered with ${response.statusCode}`)));
      socket.on('message', (data: Buffer) => {
        const frame = ServerFrame.safeParse(JSON.parse(data.toString()));
        if (!frame.success) return reject(new Error('a frame is not of the protocol'));
        if (frame.data.type === 'connected') socket.send(JSON.stringify({ type: 'message', clientMessageId: randomUUID(), content }));
        if (frame.data.type === 'ping') socket.send(JSON.stringify({ type: 'pong' }));
        if (frame.data.type === 'error') reject(new Error(`${frame.data.code}: ${frame.data.message}`));
        if (frame.data.type === 'message_complete') resolve(frame.data);
      });
    });
  } finally {
    socket.terminate();
  }
}

export const knowledge: readonly Check[] = [
  {
    name: 'documents', promise: 'the library can be listed and a page of it read',
    async run(scene) {
      const { client } = personOf(scene);
      const { items, pagination } = await allowed(scene, client.request(kb.listDocuments, { pageSize: 50 }));
      scene.sentence = await allowed(scene, findSentence(client, items));
      return `${pagination.totalItems} documents`;
    },
  },
  {
    name: 'search', promise: 'the search finds the document that says a sentence',
    async run(scene) {
      const { text, documentId } = sentenceOf(scene);
      const { passages } = await allowed(scene, personOf(scene).client.request(kb.searchPassages, { query: text }));
      expectThat(passages.some((passage) => passage.documentId === documentId), `its document is not among the ${passages.length} passages found`);
      return `${passages.length} passages`;
    },
  },
  {
    name: 'ask-http', promise: 'an answer streams over HTTP, and its citations open the pages that say it', timeoutMs: askDeadlineMs,
    async run(scene) {
      const { client } = personOf(scene);
      const { text } = sentenceOf(scene);
      return expectProof(client, await allowed(scene, askOverHttp(client, scene.question ?? text)));
    },
  },
  {
    name: 'ask-socket', promise: 'so does one over the socket', timeoutMs: askDeadlineMs,
    async run(scene) {
      const person = personOf(scene);
      const { text } = sentenceOf(scene);
      return expectProof(person.client, await allowed(scene, askOverSocket({ ...scene, person }, scene.question ?? text)));
    },
  },
  {
    name: 'audit-state', promise: 'the record of who did what is intact',
    async run(scene) {
      const state = await personOf(scene).client.request(admin.readAuditState, {}).catch((error: unknown) => {
        if (error instanceof ApiError && error.code === 'FORBIDDEN') throw new NotHere('this account may not see the audit');
        throw error;
      });
      const verdict = state.lastVerification?.verdict;
      expectThat(verdict !== 'tampered', 'the last verification found it tampered with');
      expectThat(state.entries > 0, 'the ledger is empty');
      expectThat(state.appendOnlyRole, 'the service could change what it has recorded');
      return `${state.entries} entries, ${verdict ?? 'not verified yet'}`;
    },
  },
];
