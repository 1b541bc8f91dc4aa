import { runService } from '@voiceassist/kit';
import { AuthModule } from '@voiceassist/service-auth';

await runService({ name: 'auth', modules: [AuthModule] });
