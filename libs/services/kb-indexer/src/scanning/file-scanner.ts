/** What a scanner recognised. */
export interface Malware {
  /** The scanner's name for it, safe to show. */
  readonly signature: string;
}

/** The scanner did not answer as it should: nothing is known of the file. */
export class ScannerUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ScannerUnavailable';
  }
}

/** Looks for malware in files. */
export abstract class FileScanner {
  /** Whether there is a scanner at all. */
  abstract readonly isOn: boolean;

  /**
   * Null for a file in which nothing was found. Rejects with `ScannerUnavailable` whenever that cannot be said: when the
   * scanner is away, silent, breaks off, or does not take a file of that size. Never takes doubt for an all-clear.
   */
  abstract scan(bytes: Uint8Array, signal: AbortSignal): Promise<Malware | null>;

  /** Rejects when the scanner does not answer. */
  abstract check(signal: AbortSignal): Promise<void>;
}
