import { Injectable } from '@nestjs/common';
import { catalogue } from '@voiceassist/contracts';
import { Refusals, wasAnswered } from '@voiceassist/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorOf } from '../routes/call-of.js';
import { routesOf, type Route } from '../routes/routes-of.js';

interface Refused {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly outcome: string;
}

/** Leaves an audit row of requests for an operation that ended here, before its service heard of them. */
@Injectable()
export class RefusedRequests {
  private readonly routes = new Map<string, Route>(routesOf(catalogue).map((route) => [`${route.http.method} ${route.http.path}`, route]));

  constructor(private readonly refusals: Refusals) {}

  note(error: unknown, { request, reply, outcome }: Refused): void {
    // what the service answered it has recorded, and whoever goes away before it did is recorded there too
    if (wasAnswered(error) || outcome === 'CANCELLED') return;
    const route = this.routes.get(`${request.method} ${request.routeOptions.url}`);
    if (!route) return;
    this.refusals.note({
      contract: route.contract, actor: actorOf(request), requestId: request.id, clientAddress: request.ip, outcome,
      values: [request.query, request.params], durationMs: Math.round(reply.elapsedTime),
    });
  }
}
