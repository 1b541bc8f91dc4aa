import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import { HttpEdge } from '../http/http-edge.js';
import { PinoServiceLogger } from '../logging/pino.service-logger.js';
import { ServiceLogger } from '../logging/service-logger.js';
import type { OpenedService } from './open-service.js';

@Module({})
class ServiceRoot {}

@Module({})
class PlatformValues {}

/** Tokens that Nest applies to the whole container; they are registered but cannot be injected. */
const enhancer = /^APP_(GUARD|PIPE|INTERCEPTOR|FILTER)$/;
const isEnhancer = (provider: Provider): boolean => typeof provider === 'object' && typeof provider.provide === 'string' && enhancer.test(provider.provide);

function valuesOf(service: OpenedService): Provider[] {
  const configs = [...service.configs].map(([type, value]) => ({ provide: type, useValue: value }));
  const provided = service.parts.flatMap((part) => part.provides.map(({ token, value }) => ({ provide: token as Type, useValue: value })));
  return [
    { provide: HttpEdge, useValue: service.edge },
    { provide: ServiceLogger, useValue: new PinoServiceLogger(service.logger) },
    ...configs,
    ...provided,
  ];
}

/** The service's module wrapped with everything its classes may inject. */
export function serviceRootOf(service: OpenedService): DynamicModule {
  const values = valuesOf(service);
  const injected = service.parts.flatMap((part) => part.providers ?? []);
  const exported = [...values, ...injected.filter((provider) => !isEnhancer(provider))];
  return {
    module: ServiceRoot,
    imports: [{ module: PlatformValues, global: true, providers: [...values, ...injected], exports: exported }, service.module],
  };
}
