import 'reflect-metadata';
import { Module, type ModuleMetadata, type Type } from '@nestjs/common';
import type { ServiceName } from '@voiceassist/contracts';
import type { ConfigClass } from '../config/config.js';
import type { PlatformPart } from './platform-part.js';

export interface ServiceDefinition {
  readonly name: ServiceName;
  /** Settings of the service's own; injected by their class. */
  readonly configs?: readonly ConfigClass[];
  /** Platform parts in the order in which they open; they close in reverse. */
  readonly uses: readonly PlatformPart[];
  /** The service answers HTTP on the process's public edge (the gateway). */
  readonly http?: boolean;
}

const key = Symbol('voiceassist:service');

/** A Nest module that is a whole service: what it is called, which parts of the platform it uses, its handlers. */
export function ServiceModule(definition: ServiceDefinition & ModuleMetadata): ClassDecorator {
  const { name, configs, uses, http, ...metadata } = definition;
  return (target) => {
    Module(metadata)(target);
    Reflect.defineMetadata(key, { name, configs, uses, http } satisfies ServiceDefinition, target);
  };
}

export function serviceDefinitionOf(module: Type): ServiceDefinition {
  const definition = Reflect.getMetadata(key, module) as ServiceDefinition | undefined;
  if (!definition) throw new Error(`${module.name} is not a @ServiceModule`);
  return definition;
}
