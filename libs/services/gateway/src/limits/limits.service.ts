import { Injectable } from '@nestjs/common';
import type { CallableContract } from '@voiceassist/contracts';
import { attackerOf, commonFailure, type AppError } from '@voiceassist/kit';
import { RateLimits } from '@voiceassist/storage';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { rateLimited, type LimitName } from '../edge/gateway.metrics.js';
import { GatewayConfig } from '../gateway.config.js';
import { actorOf } from '../routes/call-of.js';
import type { Route } from '../routes/routes-of.js';

const windowMs = 60_000;
const mostBarred = 10_000;

interface Limit {
  readonly name: LimitName;
  readonly key: string;
  readonly points: number;
}

/** The person who asks, or the address of somebody unknown. */
function askerOf(request: FastifyRequest): string {
  const actor = actorOf(request);
  return actor.type === 'user' ? `user ${actor.userId}` : `address ${attackerOf(request.ip)}`;
}

function accountOf(request: FastifyRequest): string | undefined {
  const email: unknown = (request.body as { email?: unknown } | null | undefined)?.email;
  return typeof email === 'string' ? email.trim().toLowerCase() : undefined;
}

/** A session that is renewed is no guess at a password; the contract decides, not what the caller sends. */
const renewsSession = ({ input }: CallableContract): boolean => input instanceof z.ZodObject && 'refreshToken' in input.shape;

/** How often one may ask, counted over all replicas. Every refusal says when to come back. */
@Injectable()
export class Limits {
  /** Addresses that have shown too many refused tokens, until when; each process learns it for itself. */
  private readonly barred = new LRUCache<string, true>({ max: mostBarred });

  constructor(
    private readonly limits: RateLimits,
    private readonly config: GatewayConfig,
  ) {}

  async general(request: FastifyRequest): Promise<void> {
    await this.consume({ name: 'requests', key: askerOf(request), points: this.config.GATEWAY_REQUESTS_PER_MINUTE });
  }

  /** Before a token that nobody here knows is looked at: whoever shows too many wrong ones causes no more work. */
  assertMayTry(request: FastifyRequest): void {
    const retryAfterMs = this.barred.getRemainingTTL(attackerOf(request.ip));
    if (retryAfterMs > 0) throw tooMany('tokens', retryAfterMs);
  }

  /** Counts a token that was refused. */
  async refusedToken(request: FastifyRequest): Promise<void> {
    const key = attackerOf(request.ip);
    const { allowed, retryAfterMs } = await this.limits.consume({ name: 'tokens', key, points: this.config.GATEWAY_REFUSED_TOKENS_PER_MINUTE, windowMs });
    if (!allowed) this.barred.set(key, true, { ttl: Math.max(1, retryAfterMs) });
  }

  /** The stricter limit that a route names. */
  async named({ http, contract }: Route, request: FastifyRequest): Promise<void> {
    if (http.limit === 'credentials') return this.credentials(contract, request);
    if (http.limit === 'begins') return this.begins(contract, request);
    if (http.limit === 'checks') return this.checks(request);
    if (http.limit === 'questions') return this.consume({ name: 'questions', key: askerOf(request), points: this.config.GATEWAY_QUESTIONS_PER_MINUTE });
    if (http.limit === 'uploads') return this.consume({ name: 'uploads', key: askerOf(request), points: this.config.GATEWAY_UPLOADS_PER_MINUTE });
  }

  /** What strangers may begin leaves something behind each time: whoever has many networks is limited by the sum. */
  private async begins(contract: CallableContract, request: FastifyRequest): Promise<void> {
    await this.credentials(contract, request);
    await this.consume({ name: 'begins', key: 'everybody', points: this.config.GATEWAY_STRANGERS_PER_MINUTE });
  }

  private async checks(request: FastifyRequest): Promise<void> {
    await this.consume({ name: 'checks', key: attackerOf(request.ip), points: this.config.GATEWAY_CHECKS_PER_MINUTE });
    await this.consume({ name: 'checks-everybody', key: 'everybody', points: this.config.GATEWAY_STRANGERS_PER_MINUTE });
  }

  /** Guessing is slowed down from one address and against one account. */
  private async credentials(contract: CallableContract, request: FastifyRequest): Promise<void> {
    if (renewsSession(contract)) return this.consume({ name: 'refreshes', key: attackerOf(request.ip), points: this.config.GATEWAY_REFRESHES_PER_MINUTE });
    const points = this.config.GATEWAY_CREDENTIALS_PER_MINUTE;
    await this.consume({ name: 'credentials-address', key: `${contract.subject} ${attackerOf(request.ip)}`, points });
    const account = accountOf(request);
    if (account !== undefined) await this.consume({ name: 'credentials-account', key: `${contract.subject} ${account}`, points });
  }

  private async consume(limit: Limit): Promise<void> {
    const { allowed, retryAfterMs } = await this.limits.consume({ ...limit, windowMs });
    if (!allowed) throw tooMany(limit.name, retryAfterMs);
  }
}

function tooMany(limit: LimitName, retryAfterMs: number): AppError {
  rateLimited.add(1, { limit });
  return commonFailure('RATE_LIMITED', 'Too many requests; wait a moment.', { details: { retryAfterMs } });
}
