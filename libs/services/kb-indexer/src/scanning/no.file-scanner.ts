import { FileScanner } from './file-scanner.js';

/** Stands where no scanner is set: finds nothing. */
export class NoFileScanner extends FileScanner {
  readonly isOn = false;

  async scan(): Promise<null> {
    return null;
  }

  async check(): Promise<void> {}
}
