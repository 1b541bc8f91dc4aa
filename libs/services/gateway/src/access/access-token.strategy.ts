import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { accessTokenAlgorithm, AccessTokenVerifier, IdentityConfig, KeyRing, passportJwtOptions, type VerifiedAccess } from '@voiceassist/messaging';
import type { FastifyRequest } from 'fastify';
import { ExtractJwt, Strategy } from 'passport-jwt';

export const accessTokenStrategy = 'access-token';

/** The token of `Authorization: Bearer …`. */
export const bearerToken = ExtractJwt.fromAuthHeaderAsBearerToken() as (request: FastifyRequest) => string | null; // it reads `headers` alone

/** Passport's part: signature, issuer, audience and life of the token; then who holds it and whether the session still lives. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, accessTokenStrategy) {
  constructor(keys: KeyRing, config: IdentityConfig, private readonly verifier: AccessTokenVerifier) {
    super({ ...passportJwtOptions(keys, config), algorithms: [accessTokenAlgorithm], jwtFromRequest: bearerToken, passReqToCallback: true });
  }

  validate(request: FastifyRequest, payload: unknown): VerifiedAccess {
    return this.verifier.accept(payload, bearerToken(request) ?? '');
  }
}
