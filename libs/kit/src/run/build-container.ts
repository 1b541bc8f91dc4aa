import type { INestApplicationContext, INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { NestLogger } from '../logging/nest-logger.js';
import type { OpenedService } from './open-service.js';
import { serviceRootOf } from './service-root.js';

/** Nest on the edge's server; the edge alone opens and closes it. */
class EdgeAdapter extends FastifyAdapter {
  override async close(): Promise<void> {
    // the process closes the edge after all services
  }
}

async function buildHttp(service: OpenedService, logger: NestLogger): Promise<INestApplicationContext> {
  const adapter = new EdgeAdapter(service.edge.fastify as never); // same instance; only the generic parameters differ
  const app = await NestFactory.create<NestFastifyApplication>(serviceRootOf(service), adapter, { logger, abortOnError: false, bodyParser: false });
  if (service.strategy) app.connectMicroservice<MicroserviceOptions>({ strategy: service.strategy });
  try {
    await app.init();
    await app.startAllMicroservices();
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}

async function buildMicroservice(service: OpenedService, logger: NestLogger): Promise<INestApplicationContext> {
  const root = serviceRootOf(service);
  if (!service.strategy) return NestFactory.createApplicationContext(root, { logger, abortOnError: false });
  const app: INestMicroservice = await NestFactory.createMicroservice<MicroserviceOptions>(root, { strategy: service.strategy, logger, abortOnError: false });
  try {
    await app.listen();
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}

/** The service's own Nest container, listening on its carrier. */
export function buildContainer(service: OpenedService, logger: NestLogger): Promise<INestApplicationContext> {
  return service.definition.http ? buildHttp(service, logger) : buildMicroservice(service, logger);
}
