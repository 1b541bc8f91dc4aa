import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplicationContext, Type } from '@nestjs/common';
import type { DestinationStream, Logger } from 'pino';
import { readSettings, type ConfigClass, type Environment } from '../config/config.js';
import { environmentOver } from '../config/environment.js';
import { FastifyHttpEdge } from '../http/fastify.http-edge.js';
import { HttpConfig } from '../http/http.config.js';
import { Readiness } from '../http/readiness.js';
import { reportReadiness } from '../http/readiness.metrics.js';
import { createLogger } from '../logging/create-logger.js';
import { LogConfig } from '../logging/log.config.js';
import { NestLogger } from '../logging/nest-logger.js';
import { serviceDefinitionOf, type ServiceDefinition } from '../platform/service-module.js';
import { reportBuild } from '../telemetry/build.metrics.js';
import { installMetrics } from '../telemetry/metrics.js';
import { TelemetryConfig } from '../telemetry/telemetry.config.js';
import { exportSpans, installTracing } from '../telemetry/tracing.js';
import { buildContainer } from './build-container.js';
import { Closers } from './closers.js';
import { withDeadline } from './deadline.js';
import { MigrationConfig } from './migrate-services.js';
import { openService, type OpenedService, type ProcessScope } from './open-service.js';
import { ProcessConfig } from './process.config.js';
import { SharedResources } from './shared-resources.js';

export interface ProcessOptions {
  readonly name: string;
  /** Service modules in the order in which they open. */
  readonly modules: readonly Type[];
  /** Values for settings that the environment leaves open; `${NAME}` stands for another setting's value. */
  readonly defaults?: Environment;
  /** The settings; nothing is read from the process itself. Unless set, any free port is taken and only warnings are logged. */
  readonly environment?: Environment;
  /** Where log lines go instead of the standard output. */
  readonly logTo?: DestinationStream;
}

export interface RunningProcess {
  readonly url: string;
  readonly logger: Logger;
  /** A value of one service's container. */
  get<T>(module: Type, token: abstract new (...parameters: never[]) => T): T;
  /** Stops taking work, finishes what is in hand, closes everything in reverse. Calling it again waits for the same end. */
  close(): Promise<void>;
}

type Definition = ServiceDefinition & { readonly module: Type };

const ownConfigs: readonly ConfigClass[] = [ProcessConfig, MigrationConfig, HttpConfig, LogConfig, TelemetryConfig];

/** Settings of the kit, of all services and of all their parts. */
export function configClassesOf(modules: readonly Type[]): ConfigClass[] {
  const definitions = modules.map(serviceDefinitionOf);
  const ofServices = definitions.flatMap(({ configs = [], uses }) => [...configs, ...uses.flatMap((part) => part.configs)]);
  return [...new Set([...ownConfigs, ...ofServices])];
}

function definitionsOf(modules: readonly Type[]): Definition[] {
  const definitions = modules.map((module) => ({ ...serviceDefinitionOf(module), module }));
  const names = definitions.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`The service ${twice} is listed twice`);
  return definitions;
}

class StartingProcess {
  readonly logger: Logger;
  readonly edge: FastifyHttpEdge;
  private readonly readiness: Readiness;
  private readonly shared: SharedResources;
  private readonly closers: Closers;
  private readonly config: ProcessConfig;
  private readonly services: OpenedService[] = [];
  private readonly containers = new Map<Type, INestApplicationContext>();
  private readonly stopReporting: (() => void)[] = [];
  private closed?: Promise<void>;

  constructor(private readonly options: ProcessOptions, private readonly settings: ReadonlyMap<ConfigClass, object>) {
    this.config = this.setting(ProcessConfig);
    const http = this.setting(HttpConfig);
    this.logger = createLogger(options.name, this.setting(LogConfig), options.logTo);
    installTracing(options.name);
    installMetrics(options.name);
    this.readiness = new Readiness(http.READINESS_TIMEOUT_MS);
    this.edge = new FastifyHttpEdge({ processName: options.name, config: http, readiness: this.readiness, logger: this.logger });
    this.shared = new SharedResources(this.logger);
    this.closers = new Closers(this.logger);
  }

  async start(definitions: readonly Definition[]): Promise<void> {
    const endpoint = this.setting(TelemetryConfig).OTEL_EXPORTER_OTLP_ENDPOINT;
    if (endpoint) await this.shared.share('span exporter', () => exportSpans(endpoint));
    const scope: ProcessScope = {
      processName: this.options.name, services: definitions.map(({ name }) => name), settings: this.settings,
      logger: this.logger, edge: this.edge, shared: this.shared,
    };
    for (const definition of definitions) await this.startService(definition, scope);
    for (const { parts } of this.services) for (const part of parts) await part.started?.();
    this.stopReporting.push(reportBuild(scope.services), reportReadiness(this.readiness));
    await this.edge.listen();
    this.readiness.started();
    this.logger.info({ url: this.edge.url, services: scope.services, startedMs: Math.round(process.uptime() * 1000) }, 'ready');
  }

  get<T>(module: Type, token: abstract new (...parameters: never[]) => T): T {
    const container = this.containers.get(module);
    if (!container) throw new Error(`${module.name} does not run in this process`);
    return container.get<T>(token, { strict: false });
  }

  close(): Promise<void> {
    this.closed ??= this.stop();
    return this.closed;
  }

  private async startService(definition: Definition, scope: ProcessScope): Promise<void> {
    const service = await openService(definition, scope, this.closers);
    for (const part of service.parts) for (const dependency of part.dependencies ?? []) this.readiness.add(definition.name, dependency);
    const container = await buildContainer(service, new NestLogger(this.logger));
    this.closers.push(`${definition.name}/container`, () => container.close());
    this.services.push(service);
    this.containers.set(definition.module, container);
  }

  private async stop(): Promise<void> {
    const { SHUTDOWN_DELAY_MS, SHUTDOWN_TIMEOUT_MS } = this.config;
    this.readiness.draining();
    if (this.edge.url && SHUTDOWN_DELAY_MS > 0) await delay(SHUTDOWN_DELAY_MS);
    await this.drain(SHUTDOWN_TIMEOUT_MS);
    for (const stop of this.stopReporting) stop();
    const closeMs = Math.max(SHUTDOWN_TIMEOUT_MS, 1_000);
    await this.closers.close(closeMs);
    await this.shared.close(closeMs);
    await withDeadline('closing the HTTP server', closeMs, () => this.edge.close()).catch((error: unknown) => this.logger.error({ err: error }, 'closing failed'));
  }

  /** Requests first, since they still need the services; then what the services do on their own account. */
  private async drain(timeoutMs: number): Promise<void> {
    const parts = this.services.flatMap((service) => service.parts).reverse();
    try {
      await withDeadline('draining', timeoutMs, async (signal) => {
        await this.edge.drain();
        for (const part of parts) {
          if (signal.aborted) return;
          await part.drain?.();
        }
      });
    } catch (error) {
      this.logger.warn({ err: error }, 'stopping with work in hand');
    }
  }

  private setting<T>(type: new (...parameters: never[]) => T): T {
    return this.settings.get(type as unknown as ConfigClass) as T; // every class of `ownConfigs` has been read
  }
}

/**
 * Starts services in this operating-system process. Throws a `ConfigError` with every wrong setting, or the failure of
 * the part that did not open; what had been opened by then is closed again.
 */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const definitions = definitionsOf(options.modules);
  const quiet = { PORT: '0', LOG_LEVEL: 'warn' };
  const environment = environmentOver({ ...quiet, ...options.defaults }, options.environment ?? {});
  const starting = new StartingProcess(options, readSettings(configClassesOf(options.modules), environment));
  try {
    await starting.start(definitions);
  } catch (error) {
    await starting.close();
    throw error;
  }
  return {
    url: starting.edge.url,
    logger: starting.logger,
    get: (module, token) => starting.get(module, token),
    close: () => starting.close(),
  };
}
