import { runService } from '@voiceassist/kit';
import { AdminModule } from '@voiceassist/service-admin';

await runService({ name: 'admin', modules: [AdminModule] });
