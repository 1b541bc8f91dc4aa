import { runService } from '@voiceassist/kit';
import { RealtimeModule } from '@voiceassist/service-realtime';

await runService({ name: 'realtime', modules: [RealtimeModule] });
