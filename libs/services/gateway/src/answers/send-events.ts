import type { ServerResponse } from 'node:http';
import { AppError } from '@voiceassist/kit';
import type { FastifyReply } from 'fastify';
import { failureOf } from '../failures/failure-of.js';

interface EventStream {
  readonly reply: FastifyReply;
  readonly client: AbortSignal;
  readonly heartbeatMs: number;
}

/** How long a stream may hesitate before its headers go out; a failure within this time is answered with its status. */
const graceMs = 500;

function eventOf(item: unknown): string {
  const type: unknown = typeof item === 'object' && item !== null ? (item as { type?: unknown }).type : undefined;
  const name = typeof type === 'string' && /^[a-z][a-z0-9_-]*$/.test(type) ? type : 'item';
  return `event: ${name}\ndata: ${JSON.stringify(item)}\n\n`;
}

/** Resolves when the client can take more, or is gone. */
function writable(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.once('drain', done).once('close', done);
  });
}

async function write(response: ServerResponse, text: string): Promise<void> {
  if (response.destroyed || response.write(text)) return;
  await writable(response);
}

function openResponse(reply: FastifyReply): ServerResponse {
  reply.hijack();
  const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
  reply.raw.writeHead(200, headers as Record<string, string>); // Fastify's header values are what Node takes
  reply.raw.flushHeaders();
  return reply.raw;
}

/** Waits for the first item for a moment, so that a refusal gets its own status instead of an event. */
async function settledSoon<T>(first: Promise<T>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const grace = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
  try {
    await Promise.race([first, grace]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Sends items as server-sent events named after their `type`, no faster than the client reads. A failure after the
 * first item is an `error` event. A client that goes away ends the reading, and with it the producer.
 */
export async function sendEvents(items: AsyncIterable<unknown>, { reply, client, heartbeatMs }: EventStream): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  const first = iterator.next();
  await settledSoon(first);
  const response = openResponse(reply);
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': alive\n\n');
  }, heartbeatMs);
  try {
    for (let next = await first; !next.done && !response.destroyed; next = await iterator.next()) await write(response, eventOf(next.value));
  } catch (error) {
    // the reason why the stream was ended from outside says more than what it failed with on its way out
    const cause: unknown = client.aborted && client.reason instanceof AppError ? client.reason : error;
    await write(response, `event: error\ndata: ${JSON.stringify(failureOf(cause).body)}\n\n`);
  } finally {
    clearInterval(heartbeat);
    await iterator.return?.();
    response.end();
  }
}
