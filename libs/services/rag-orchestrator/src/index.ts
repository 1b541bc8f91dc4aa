export { RagOrchestratorModule } from './rag-orchestrator.module.js';
