import { Injectable } from '@nestjs/common';
import { BlobDownload, Pagination, type RequestContract, type StreamContract } from '@voiceassist/contracts';
import { commonFailure, HttpEdge, successEnvelope } from '@voiceassist/kit';
import { Bus } from '@voiceassist/messaging';
import { ScopedBlobs } from '@voiceassist/storage';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OpenStreams } from '../answers/open-streams.service.js';
import { sendEvents } from '../answers/send-events.js';
import { intoCookie, withCookie } from '../browsers/browser-session.js';
import { sendBlob } from '../downloads/send-blob.js';
import { GatewayConfig } from '../gateway.config.js';
import { sendScim } from '../scim/send-scim.js';
import { receiveUpload } from '../uploads/receive-upload.js';
import { actorOf, callOf } from './call-of.js';
import { inputOf, type Fields } from './input-of.js';
import type { Route } from './routes-of.js';

type RequestRoute = Route & { readonly contract: RequestContract };
type StreamRoute = Route & { readonly contract: StreamContract };

interface Exchanged {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Aborted when the client goes away before the answer is complete. */
  readonly client: AbortController;
}

/** Outcomes after which the service certainly does not hold the file. */
const unknownOutcome = new Set(['TIMEOUT', 'CANCELLED']);

/** Carries one HTTP request to the service that answers it, and the answer back. */
@Injectable()
export class Exchange {
  constructor(
    private readonly bus: Bus,
    private readonly blobs: ScopedBlobs,
    private readonly streams: OpenStreams,
    private readonly edge: HttpEdge,
    private readonly config: GatewayConfig,
  ) {}

  async answer(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const client = new AbortController();
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) client.abort(commonFailure('CANCELLED', 'The client went away.'));
    });
    const exchanged = { request, reply, client };
    if (route.contract.verb === 'stream') return this.stream(route as StreamRoute, exchanged);
    const requestRoute = route as RequestRoute;
    if (route.http.upload) return this.upload(requestRoute, exchanged);
    if (route.http.download) return this.download(requestRoute, exchanged);
    const output = await this.ask(requestRoute, exchanged, withCookie(route, request, inputOf(route, request)));
    this.send(route, exchanged, intoCookie(route, exchanged, output));
  }

  private ask(route: RequestRoute, { request, client }: Exchanged, input: Fields): Promise<unknown> {
    return this.bus.request(route.contract, input, callOf(route, request, client.signal));
  }

  private send({ http }: Route, { request, reply }: Exchanged, output: unknown): void {
    if (http.form === 'scim') return sendScim(http, reply, output as object); // outputs of operations are objects
    void reply.code(http.status ?? 200).header('cache-control', 'no-store');
    if (!http.list) return void reply.send(successEnvelope(output, { requestId: request.id }));
    const { items, pagination } = output as { items: unknown; pagination: Pagination }; // the shape that `list` promises
    void reply.send(successEnvelope(items, { requestId: request.id, pagination }));
  }

  private async stream(route: StreamRoute, { request, reply, client }: Exchanged): Promise<void> {
    const items = this.bus.stream(route.contract, inputOf(route, request), callOf(route, request, client.signal));
    const forget = this.streams.add(actorOf(request), client);
    // what only watches can be watched again elsewhere; an answer that is being given is finished first
    const restart = () => client.abort(commonFailure('UNAVAILABLE', 'The server restarts; try again in a moment.'));
    if (route.http.method === 'GET') this.edge.closing.addEventListener('abort', restart, { once: true });
    try {
      await sendEvents(items, { reply, client: client.signal, heartbeatMs: this.config.GATEWAY_HEARTBEAT_MS });
    } finally {
      forget();
      this.edge.closing.removeEventListener('abort', restart);
    }
  }

  private async upload(route: RequestRoute, exchanged: Exchanged): Promise<void> {
    const { request, client } = exchanged;
    const { file, fields } = await receiveUpload(request, { route, blobs: this.blobs, signal: client.signal });
    try {
      const output = await this.ask(route, exchanged, { ...fields, ...(request.params as Fields), file });
      this.send(route, exchanged, output);
    } catch (error) {
      const { code } = error as { code?: string };
      if (!unknownOutcome.has(code ?? '')) await this.blobs.delete(file.blobKey).catch(() => undefined);
      throw error;
    }
  }

  private async download(route: RequestRoute, exchanged: Exchanged): Promise<void> {
    const { request, reply, client } = exchanged;
    const output = await this.ask(route, exchanged, inputOf(route, request));
    await sendBlob(BlobDownload.parse(output), { request, reply, blobs: this.blobs, signal: client.signal });
  }
}
