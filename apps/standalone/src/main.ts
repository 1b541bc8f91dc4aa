import { fileURLToPath } from 'node:url';
import { runService } from '@voiceassist/kit';
import { AdminModule } from '@voiceassist/service-admin';
import { AuthModule } from '@voiceassist/service-auth';
import { GatewayModule } from '@voiceassist/service-gateway';
import { IntegrationsModule } from '@voiceassist/service-integrations';
import { KbIndexerModule } from '@voiceassist/service-kb-indexer';
import { RagOrchestratorModule } from '@voiceassist/service-rag-orchestrator';
import { RealtimeModule } from '@voiceassist/service-realtime';
import { UsersModule } from '@voiceassist/service-users';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

await runService({
  name: 'standalone',
  modules: [UsersModule, AuthModule, KbIndexerModule, RagOrchestratorModule, IntegrationsModule, AdminModule, RealtimeModule, GatewayModule],
  defaults: {
    DATA_DIR: './data',
    BUS_URL: 'memory:',
    DATABASE_URL: 'pglite:${DATA_DIR}/sql',
    KV_URL: 'memory:',
    BLOB_URL: 'file:${DATA_DIR}/blobs',
    ENCRYPTION_KEYS_URL: 'file:${DATA_DIR}/keys/encryption.keys',
    AUDIT_SPOOL_DIR: '${DATA_DIR}/audit-spool',
    VECTOR_URL: 'database:',
    JOBS_URL: 'database:',
    EMBEDDER_URL: 'local:',
    WEB_ROOT: folder('../../web/dist'),
    SAMPLES_DIR: folder('../samples'),
  },
});
