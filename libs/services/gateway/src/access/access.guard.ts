import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { AppError, assertAccess, commonFailure } from '@voiceassist/kit';
import { AccessTokenVerifier, RevocationFeed } from '@voiceassist/messaging';
import type { FastifyRequest } from 'fastify';
import { Limits } from '../limits/limits.service.js';
import { actorOf } from '../routes/call-of.js';
import { routeKey } from '../routes/controllers-of.js';
import type { Route } from '../routes/routes-of.js';
import { ApiKeyVerifier, isApiKey } from './api-key-verifier.js';
import { accessTokenStrategy, bearerToken } from './access-token.strategy.js';

/** Decides for every route who may pass: the token, unless its address has shown too many wrong ones, the limits, then the contract's access. What has no contract is closed. */
@Injectable()
export class AccessGuard extends AuthGuard(accessTokenStrategy) {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: Limits,
    private readonly verifier: AccessTokenVerifier,
    private readonly apiKeys: ApiKeyVerifier,
    private readonly revocations: RevocationFeed,
  ) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const route = this.reflector.get<Route | undefined>(routeKey, context.getHandler());
    if (!route) throw commonFailure('FORBIDDEN', 'You may not do that.');
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    try {
      if (route.contract.access !== 'public' && request.headers.authorization) await this.identify(context, request);
    } catch (error) {
      if (error instanceof AppError && error.code === 'UNAUTHENTICATED') await this.limits.refusedToken(request);
      // a refused token is counted like a request without one
      await this.limits.general(request);
      throw error;
    }
    await this.limits.general(request);
    assertAccess(route.contract, actorOf(request));
    await this.limits.named(route, request);
    return true;
  }

  /** Each signature is checked once; whether the session still lives is asked every time. */
  private async identify(context: ExecutionContext, request: FastifyRequest): Promise<void> {
    await this.revocations.freshen();
    const token = bearerToken(request);
    const known = isApiKey(token) ? await this.apiKeys.known(token) : await this.verifier.known(token ?? '');
    if (known) return void Object.assign(request, { user: known });
    this.limits.assertMayTry(request);
    if (isApiKey(token)) Object.assign(request, { user: await this.apiKeys.verify(token) });
    else await super.canActivate(context);
  }

  /** `info` is why there is no user; a failure of ours in it, for example UNAVAILABLE, must not turn into 401. */
  override handleRequest<T>(error: unknown, user: T | false, info: unknown): T {
    const failure = [error, info].find((each) => each instanceof AppError);
    if (failure) throw failure;
    if (error instanceof Error) throw error;
    if (!user) throw commonFailure('UNAUTHENTICATED', 'The access token is not valid.');
    return user;
  }
}

