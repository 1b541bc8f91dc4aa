import { integrations } from '@voiceassist/contracts';
import { ServiceModule } from '@voiceassist/kit';
import { busPart } from '@voiceassist/messaging';
import { ConnectionHandlers } from './connections/connections.handlers.js';

@ServiceModule({
  name: 'integrations',
  uses: [busPart(integrations.$service)],
  controllers: [ConnectionHandlers],
})
export class IntegrationsModule {}
