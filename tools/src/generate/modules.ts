import { serviceDefinitionOf, type ConfigClass } from '@voiceassist/kit';
import { AdminModule } from '@voiceassist/service-admin';
import { AuthModule } from '@voiceassist/service-auth';
import { GatewayModule } from '@voiceassist/service-gateway';
import { IntegrationsModule } from '@voiceassist/service-integrations';
import { KbIndexerModule } from '@voiceassist/service-kb-indexer';
import { RagOrchestratorModule } from '@voiceassist/service-rag-orchestrator';
import { RealtimeModule } from '@voiceassist/service-realtime';
import { UsersModule } from '@voiceassist/service-users';

/** Every service module of the product. */
export const serviceModules = [GatewayModule, AuthModule, UsersModule, KbIndexerModule, RagOrchestratorModule, RealtimeModule, IntegrationsModule, AdminModule];

/** Which settings classes each service reads, its platform parts' included. */
export function settingsByService(): Map<string, ConfigClass[]> {
  return new Map(
    serviceModules.map((module) => {
      const { name, configs = [], uses } = serviceDefinitionOf(module);
      return [name, [...new Set([...configs, ...uses.flatMap((part) => part.configs)])]];
    }),
  );
}
