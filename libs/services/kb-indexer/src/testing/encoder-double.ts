import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const doubleDimension = 64;

/** Words hashed into a few numbers: texts that share words get near vectors. */
function vectorOf(text: string): number[] {
  const vector = Array<number>(doubleDimension).fill(0);
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? ['empty']) {
    let hash = 7;
    for (const letter of word) hash = (hash * 31 + letter.codePointAt(0)!) % 1_000_003;
    vector[hash % doubleDimension]! += 1;
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** An OpenAI-compatible endpoint for embeddings, outside the system under test, that can be told to fail. */
export class EncoderDouble {
  behaviour: 'answers' | 'fails' | 'hangs' = 'answers';
  /** Texts encoded so far. */
  encoded = 0;
  /** What they were. */
  readonly texts: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<EncoderDouble> {
    const server = createServer();
    const double = new EncoderDouble(server);
    server.on('request', (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part)).on('end', () => double.answer(Buffer.concat(parts).toString(), response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return double;
  }

  settings(model = 'double') {
    const { port } = this.server.address() as AddressInfo; // listening on TCP
    return { EMBEDDER_URL: `http://127.0.0.1:${port}/v1`, EMBEDDER_MODEL: model, EMBEDDER_DIMENSION: String(doubleDimension), EMBEDDER_TIMEOUT_MS: '500' };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(body: string, response: ServerResponse): void {
    if (this.behaviour === 'hangs') return;
    if (this.behaviour === 'fails') {
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}');
      return;
    }
    const { input, encoding_format: format } = JSON.parse(body) as { input: string | string[]; encoding_format?: string };
    const texts = [input].flat();
    this.encoded += texts.length;
    this.texts.push(...texts);
    const data = texts.map((text, index) => {
      const vector = vectorOf(text);
      return { object: 'embedding', index, embedding: format === 'base64' ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector };
    });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ object: 'list', model: 'double', data, usage: { prompt_tokens: 1, total_tokens: 1 } }));
  }
}
