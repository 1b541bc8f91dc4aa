import { runService } from '@voiceassist/kit';
import { KbIndexerModule } from '@voiceassist/service-kb-indexer';

await runService({ name: 'kb-indexer', modules: [KbIndexerModule] });
