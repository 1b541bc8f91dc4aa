import { runService } from '@voiceassist/kit';
import { RagOrchestratorModule } from '@voiceassist/service-rag-orchestrator';

await runService({ name: 'rag-orchestrator', modules: [RagOrchestratorModule] });
