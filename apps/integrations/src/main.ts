import { runService } from '@voiceassist/kit';
import { IntegrationsModule } from '@voiceassist/service-integrations';

await runService({ name: 'integrations', modules: [IntegrationsModule] });
