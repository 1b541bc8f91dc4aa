import { readSettings, type OpenedPart, type PartContext, type PlatformPart } from '@voiceassist/kit';

type Environment = Readonly<Record<string, string>>;

export interface PartUnderTest {
  readonly opened: OpenedPart;
  get<T>(token: abstract new (...parameters: never[]) => T): T;
}

/** Opens parts the way a process does, without the process: with settings, a silent logger and things shared by key. */
export class PartHost {
  readonly #shared = new Map<string, Promise<{ close(): Promise<void> }>>();
  readonly #opened: OpenedPart[] = [];

  async open(part: PlatformPart, environment: Environment, service = 'users'): Promise<PartUnderTest> {
    const settings = readSettings(part.configs, environment);
    const quiet = () => undefined;
    const context = {
      service,
      processName: 'test',
      services: [service],
      logger: { trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet },
      config: (type: never) => settings.get(type),
      share: (key: string, open: () => Promise<{ close(): Promise<void> }>) => {
        const present = this.#shared.get(key) ?? open();
        this.#shared.set(key, present);
        return present;
      },
    } as unknown as PartContext; // parts of this lib touch neither the edge nor other parts
    const opened = await part.open(context);
    this.#opened.push(opened);
    return {
      opened,
      get: <T>(token: abstract new (...parameters: never[]) => T) => opened.provides.find((provided) => provided.token === token)?.value as T, // the part says so
    };
  }

  /** Closes what was opened, newest first, then what was shared. */
  async close(): Promise<void> {
    for (const opened of this.#opened.reverse()) await opened.close();
    for (const shared of this.#shared.values()) await (await shared).close();
  }
}
