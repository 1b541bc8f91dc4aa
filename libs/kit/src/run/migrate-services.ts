import { Config, flag, readSettings, setting, type ConfigClass } from '../config/config.js';
import { environmentOver } from '../config/environment.js';
import { FastifyHttpEdge } from '../http/fastify.http-edge.js';
import { HttpConfig } from '../http/http.config.js';
import { Readiness } from '../http/readiness.js';
import { createLogger } from '../logging/create-logger.js';
import { LogConfig } from '../logging/log.config.js';
import { serviceDefinitionOf } from '../platform/service-module.js';
import { Closers } from './closers.js';
import { openService, type ProcessScope } from './open-service.js';
import { SharedResources } from './shared-resources.js';
import type { ProcessOptions } from './start-process.js';

export class MigrationConfig extends Config({
  MIGRATE_ONLY: setting(flag(false), 'true makes the process bring its database to the shape of this release and exit, without serving anything.'),
}) {}

const closeMs = 10_000;

/**
 * Opens those parts of the services that migrate what they keep, and closes them again. Nothing else is reached, and only
 * their settings are read. Throws what a migration threw.
 */
export async function migrateServices({ name, modules, defaults, environment = {}, logTo }: ProcessOptions): Promise<void> {
  const definitions = modules.map((module) => {
    const definition = serviceDefinitionOf(module);
    return { name: definition.name, uses: definition.uses.filter((part) => part.migrates), module };
  });
  const classes: ConfigClass[] = [HttpConfig, LogConfig, ...definitions.flatMap(({ uses }) => uses.flatMap((part) => part.configs))];
  const settings = readSettings(classes, environmentOver(defaults ?? {}, environment));
  const logger = createLogger(name, settings.get(LogConfig) as LogConfig, logTo); // both classes have been read
  const http = settings.get(HttpConfig) as HttpConfig;
  const edge = new FastifyHttpEdge({ processName: name, config: http, readiness: new Readiness(http.READINESS_TIMEOUT_MS), logger });
  const [closers, shared] = [new Closers(logger), new SharedResources(logger)];
  const scope: ProcessScope = { processName: name, services: definitions.map((definition) => definition.name), settings, logger, edge, shared };
  try {
    for (const definition of definitions) await openService(definition, scope, closers);
    logger.info({ services: scope.services }, 'migrated');
  } finally {
    await closers.close(closeMs);
    await shared.close(closeMs);
    await edge.close();
  }
}
