import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { actions, Missing, Store } from './actions.js';
import { DeclaredOperations } from './declared-operations.js';
import { Refused } from './stored-collection.js';

export interface QdrantDouble {
  readonly url: string;
  /** What was asked or answered against Qdrant's description; a test ends with this empty. */
  readonly faults: readonly string[];
  /** The next requests get these statuses instead of an answer; 0 cuts the connection. */
  failNext(...statuses: number[]): void;
  /** Requests so far, as method and path. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

interface Answer {
  readonly status: number;
  readonly content: unknown;
}

const refusal = (status: number, error: string): Answer => ({ status, content: { status: { error }, time: 0 } });

class Server {
  readonly faults: string[] = [];
  readonly requests: string[] = [];
  readonly failures: number[] = [];
  private readonly store = new Store();
  private readonly declared = new DeclaredOperations();

  constructor(private readonly apiKey: string | undefined) {}

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const failure = this.failures.shift();
    if (failure === 0) return void request.socket.destroy();
    const { status, content } = failure === undefined ? this.answer(request, body) : refusal(failure, 'asked to fail');
    response.writeHead(status, { 'content-type': 'application/json', ...(status === 429 ? { 'retry-after': '0' } : {}) }).end(JSON.stringify(content));
  }

  private fault(what: string, status = 400): Answer {
    this.faults.push(what);
    return refusal(status, what);
  }

  private answer(request: IncomingMessage, body: unknown): Answer {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://double');
    const asked = `${request.method} ${pathname}`;
    this.requests.push(asked);
    if (this.apiKey !== undefined && request.headers['api-key'] !== this.apiKey) return refusal(401, 'Must provide an API key');
    const operation = this.declared.find(request.method ?? '', pathname);
    if (!operation) return this.fault(`${asked} is not declared`, 404);
    const fault = this.declared.requestFault(operation, body, searchParams);
    if (fault) return this.fault(`${asked}: ${fault}`);
    const action = actions[`${request.method} ${operation.template}`];
    if (!action) return this.fault(`${asked} is not known to the double`);
    try {
      const content = { result: action(this.store, { parameters: operation.parameters, body }), status: 'ok', time: 0.001 };
      const answerFault = this.declared.answerFault(operation, content);
      return answerFault ? this.fault(`${asked}: the double answers wrongly, ${answerFault}`, 500) : { status: 200, content };
    } catch (error) {
      if (error instanceof Missing) return refusal(404, error.message);
      if (error instanceof Refused) return refusal(400, error.message);
      return this.fault(`${asked}: ${String(error)}`, 500);
    }
  }
}

/**
 * Pretends to be Qdrant over HTTP: holds every request and answer against Qdrant's own description, executes what this
 * repository asks of it in memory, and refuses the rest.
 */
export async function startQdrantDouble({ apiKey }: { apiKey?: string } = {}): Promise<QdrantDouble> {
  const server = new Server(apiKey);
  const http = createServer((request, response) => {
    server.serve(request, response).catch((error: unknown) => response.destroy(error as Error)); // only a broken connection gets here
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    faults: server.faults,
    requests: server.requests,
    failNext: (...statuses) => void server.failures.push(...statuses),
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
