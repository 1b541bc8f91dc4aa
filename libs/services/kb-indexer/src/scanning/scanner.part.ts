import { PlatformPart, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { FileScanner } from './file-scanner.js';
import { openFileScanner } from './open-file-scanner.js';
import { ScannerConfig } from './scanner.config.js';

/** Gives the service its scanner. While a scanner is away uploads wait, and everything else goes on. */
class ScannerPart extends PlatformPart {
  readonly name = 'scanner';
  override readonly configs = [ScannerConfig];

  async open(context: PartContext): Promise<OpenedPart> {
    const scanner = openFileScanner(context.config(ScannerConfig));
    const dependencies = scanner.isOn ? [{ name: 'scanner', required: false, check: (signal: AbortSignal) => scanner.check(signal) }] : [];
    return { provides: [{ token: FileScanner, value: scanner }], dependencies, close: async () => undefined };
  }
}

export const scannerPart = (): PlatformPart => new ScannerPart();
