import type { Command } from '../programs.js';

export interface ServiceState {
  readonly name: string;
  readonly ready: boolean;
  /** Dependencies that are down, or why there is no answer. */
  readonly detail: string;
}

export type PostgresProgram = 'psql' | 'pg_dump' | 'pg_restore';

/** The data stores of a stopped or running installation. */
export interface Stores {
  /** The program as the database's administrator; without a database among the words, that of the product. */
  postgres(program: PostgresProgram, words: readonly string[]): Command;
  /** Address of a database for programs on this machine. */
  databaseUrl(database: string): string;
  readonly database: string;
  readonly blobFolder: string;
  /** Makes the vector index anew from what the database holds. Nothing else may run. */
  rebuildIndex(): Promise<void>;
}

/**
 * What runs the product on this machine: compose, or local processes. Starting what runs and stopping what is stopped
 * change nothing. `deploy`, `upgrade`, `backup` and `restore` know nothing else about how it runs.
 */
export abstract class Runtime {
  /** Everything that speaks against deploying here, all at once. */
  abstract faults(): Promise<string[]>;
  /** Secrets that only this runtime needs; those that exist stay. */
  abstract prepareSecrets(): Promise<void>;
  /** Writes what the services are given of the installation's settings; fails with everything that is wrong with them. */
  abstract prepareSettings(): Promise<void>;
  /** Gets the release ready to start: images, files. Fails when there is none of that version. */
  abstract prepare(version: string): Promise<void>;
  /**
   * Gets a release ready that was here before, as it was. Never makes it from the sources at hand, which may be of another
   * release by now; fails when it is gone.
   */
  abstract recall(version: string): Promise<void>;
  /** Starts stores and services of the version, migrations included, and answers when all are ready. */
  abstract start(version: string): Promise<void>;
  /** Ends the services and the stores; data stays. */
  abstract stop(): Promise<void>;
  abstract services(): Promise<ServiceState[]>;
  /** What watches the product, where this runtime runs that as well. */
  abstract watchers(): Promise<ServiceState[]>;
  /** Opens the stores for the work, provisioned with roles; those of a stopped product are started for so long, as the version does. */
  abstract withStores<T>(version: string, work: (stores: Stores) => Promise<T>): Promise<T>;
  /** File with the master keys of the product. */
  abstract readonly encryptionKeysFile: string;
  /** How the operator learns the administrator's first password. */
  abstract readonly firstPassword: string;
  /** Address at which the gateway is reached from this machine. */
  abstract readonly url: string;
}
