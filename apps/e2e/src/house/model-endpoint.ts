import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const piece = (delta: object, finish: string | null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: 'double', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

/** What this endpoint says it has counted for every answer. */
export const countedTokens = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };
const usage = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: 'double', choices: [], usage: countedTokens })}\n\n`;

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += String(part);
  return text;
}

/** A model endpoint that says given pieces and keeps everything it was sent. */
export class ModelEndpoint {
  readonly received: string[] = [];
  pieces: readonly string[] = ['I cannot say.'];
  /** Says its pieces and then nothing more, until it is hung up on. */
  neverEnds = false;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ModelEndpoint> {
    const server = createServer();
    const endpoint = new ModelEndpoint(server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void endpoint.answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`; // a TCP server that listens has an address
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.received.push(await textOf(request));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const content of this.pieces) response.write(piece({ content }, null));
    if (this.neverEnds) return;
    response.write(piece({}, 'stop'));
    response.write(usage);
    response.end('data: [DONE]\n\n');
  }
}
