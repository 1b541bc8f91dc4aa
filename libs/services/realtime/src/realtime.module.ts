import { realtime } from '@voiceassist/contracts';
import { ServiceModule } from '@voiceassist/kit';
import { busPart, identityPart } from '@voiceassist/messaging';
import { keyValuePart, rateLimitsPart } from '@voiceassist/storage';
import { RealtimeConfig } from './realtime.config.js';
import { edgePart } from './sockets/edge.part.js';
import { SocketActors } from './sockets/socket-actors.service.js';
import { Sockets } from './sockets/sockets.service.js';
import { StatisticsHandlers } from './sockets/statistics.handlers.js';
import { TicketHandlers } from './tickets/tickets.handlers.js';
import { Tickets } from './tickets/tickets.service.js';

@ServiceModule({
  name: 'realtime',
  configs: [RealtimeConfig],
  uses: [edgePart(), busPart(realtime.$service), identityPart(), keyValuePart(), rateLimitsPart()],
  controllers: [TicketHandlers, StatisticsHandlers],
  providers: [Tickets, SocketActors, Sockets],
})
export class RealtimeModule {}
