import type { Type } from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { Logger } from 'pino';
import type { ServiceName } from '@voiceassist/contracts';
import type { ConfigClass } from '../config/config.js';
import type { HttpEdge } from '../http/http-edge.js';
import type { OpenedPart, PartContext, PlatformPart } from '../platform/platform-part.js';
import type { ServiceDefinition } from '../platform/service-module.js';
import type { Closers } from './closers.js';
import type { SharedResources } from './shared-resources.js';

/** What all services of a process have in common while they open. */
export interface ProcessScope {
  readonly processName: string;
  readonly services: readonly ServiceName[];
  readonly settings: ReadonlyMap<ConfigClass, object>;
  readonly logger: Logger;
  readonly edge: HttpEdge;
  readonly shared: SharedResources;
}

/** A service whose parts are open, before its container is built. */
export interface OpenedService {
  readonly definition: ServiceDefinition;
  readonly module: Type;
  readonly logger: Logger;
  readonly edge: HttpEdge;
  readonly configs: ReadonlyMap<ConfigClass, object>;
  readonly parts: readonly OpenedPart[];
  readonly strategy?: CustomTransportStrategy;
}

interface Opening {
  readonly definition: ServiceDefinition;
  readonly logger: Logger;
  readonly scope: ProcessScope;
  readonly values: Map<unknown, unknown>;
}

function contextOf({ definition, logger, scope, values }: Opening): PartContext {
  return {
    service: definition.name,
    processName: scope.processName,
    services: scope.services,
    logger,
    edge: scope.edge,
    config: <T extends object>(type: abstract new (...parameters: never[]) => T) => {
      const value = scope.settings.get(type as unknown as ConfigClass); // a config class is its own key
      if (!value) throw new Error(`${definition.name}: no part declares the settings ${type.name}`);
      return value as T;
    },
    get: <T>(token: unknown) => {
      if (!values.has(token)) throw new Error(`${definition.name}: no earlier part provides ${(token as { name?: string }).name ?? String(token)}`);
      return values.get(token) as T;
    },
    share: (key, open) => scope.shared.share(key, open),
  };
}

function keepValues(opening: Opening, part: PlatformPart, opened: OpenedPart): void {
  for (const { token, value } of opened.provides) {
    if (opening.values.has(token)) throw new Error(`${opening.definition.name}: ${part.name} provides what an earlier part already does`);
    opening.values.set(token, value);
  }
}

function strategyOf(definition: ServiceDefinition, parts: readonly OpenedPart[]): CustomTransportStrategy | undefined {
  const strategies = parts.flatMap((part) => (part.strategy ? [part.strategy] : []));
  if (strategies.length > 1) throw new Error(`${definition.name}: two parts bring a carrier to listen on`);
  return strategies[0];
}

/** Opens the parts of one service in their order; each is closed by `closers` from the moment it is open. */
export async function openService(definition: ServiceDefinition & { module: Type }, scope: ProcessScope, closers: Closers): Promise<OpenedService> {
  const logger = scope.logger.child({ service: definition.name });
  const opening: Opening = { definition, logger, scope, values: new Map() };
  const parts: OpenedPart[] = [];
  for (const part of definition.uses) {
    const opened = await part.open(contextOf(opening));
    closers.push(`${definition.name}/${part.name}`, () => opened.close());
    keepValues(opening, part, opened);
    parts.push(opened);
  }
  const classes = [...(definition.configs ?? []), ...definition.uses.flatMap((part) => part.configs)];
  const configs = new Map(classes.map((type) => [type, scope.settings.get(type) ?? {}] as const));
  return { definition, module: definition.module, logger, edge: scope.edge, configs, parts, strategy: strategyOf(definition, parts) };
}
