import type { Provider, Type } from '@nestjs/common';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import type { ServiceName } from '@voiceassist/contracts';
import type { Logger } from 'pino';
import type { ConfigClass } from '../config/config.js';
import type { HttpEdge } from '../http/http-edge.js';

type Token<T> = (abstract new (...parameters: never[]) => T) | Type<T>;

/** Something outside the process that the service cannot work without (`required`) or can do without for a while. */
export interface Dependency {
  readonly name: string;
  readonly required: boolean;
  /** Resolves when it answers, rejects when it does not; the caller sets the deadline. */
  check(signal: AbortSignal): Promise<void>;
}

/** What a part sees while it opens. */
export interface PartContext {
  readonly service: ServiceName;
  readonly processName: string;
  /** Names of all services of this process, so that a part can refuse a combination that cannot work. */
  readonly services: readonly ServiceName[];
  readonly logger: Logger;
  readonly edge: HttpEdge;
  config<T extends object>(type: abstract new (...parameters: never[]) => T): T;
  /** A value that an earlier part of the same service provides; throws when there is none. */
  get<T>(token: Token<T>): T;
  /** Opens something once per process under a key; it is closed after the last service is down. */
  share<T extends { close(): Promise<void> }>(key: string, open: () => Promise<T>): Promise<T>;
}

export interface OpenedPart {
  /** Values that the service's classes may inject. */
  readonly provides: readonly { readonly token: unknown; readonly value: unknown }[];
  /** Nest providers that need injection of their own, for example global guards. */
  readonly providers?: readonly Provider[];
  /** The carrier on which the service listens; at most one part of a service has one. */
  readonly strategy?: CustomTransportStrategy;
  readonly dependencies?: readonly Dependency[];
  /** Called once the service's handlers are listening: checks completeness, starts workers. */
  started?(): Promise<void>;
  /** Takes no new work and finishes what is in hand; called before `close`, with a deadline. */
  drain?(): Promise<void>;
  close(): Promise<void>;
}

/** A piece of the platform that a service uses; the service lists its parts in the order in which they open. */
export abstract class PlatformPart {
  abstract readonly name: string;
  readonly configs: readonly ConfigClass[] = [];
  /** Opening it brings what it keeps to the shape of this release; it needs no other part for that. */
  readonly migrates: boolean = false;
  abstract open(context: PartContext): Promise<OpenedPart>;
}
