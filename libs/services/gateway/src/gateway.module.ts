import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { catalogue } from '@voiceassist/contracts';
import { ServiceModule } from '@voiceassist/kit';
import { busPart, identityPart } from '@voiceassist/messaging';
import { blobsPart, rateLimitsPart } from '@voiceassist/storage';
import { ApiKeyVerifier } from './access/api-key-verifier.js';
import { AccessGuard } from './access/access.guard.js';
import { AccessTokenStrategy } from './access/access-token.strategy.js';
import { OpenStreams } from './answers/open-streams.service.js';
import { edgePart } from './edge/edge.part.js';
import { EnvelopeFilter } from './failures/envelope.filter.js';
import { RefusedRequests } from './failures/refused-requests.js';
import { GatewayConfig } from './gateway.config.js';
import { Limits } from './limits/limits.service.js';
import { controllersOf } from './routes/controllers-of.js';
import { Exchange } from './routes/exchange.service.js';
import { routesOf } from './routes/routes-of.js';

/** The public door: routes, access and documentation follow from the contracts; it owns no data. */
@ServiceModule({
  name: 'gateway',
  http: true,
  configs: [GatewayConfig],
  uses: [edgePart(), busPart(), identityPart(), rateLimitsPart(), blobsPart()],
  controllers: controllersOf(routesOf(catalogue)),
  providers: [
    Exchange,
    Limits,
    OpenStreams,
    RefusedRequests,
    AccessTokenStrategy,
    ApiKeyVerifier,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_FILTER, useClass: EnvelopeFilter },
  ],
})
export class GatewayModule {}
