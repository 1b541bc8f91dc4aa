import { runService } from '@voiceassist/kit';
import { GatewayModule } from '@voiceassist/service-gateway';

await runService({ name: 'gateway', modules: [GatewayModule] });
