import { Injectable } from '@nestjs/common';
import { metricsOf } from '@voiceassist/kit';
import { IngestionStopped } from '../ingestion/ingestion-stopped.js';
import { FileScanner, ScannerUnavailable } from './file-scanner.js';

const scans = metricsOf('kb-indexer').counter({ name: 'kb_file_scans_total', labels: { outcome: ['clean', 'found', 'unavailable'] }, description: 'Uploaded files given to the malware scanner, by outcome.' });

/** A scanner has found something: the file must go. */
export class MalwareFound extends IngestionStopped {
  constructor(signature: string) {
    super('MALWARE_FOUND', `The scanner found ${signature} in the file. The file was removed. Find out where it came from before you upload another.`);
    this.name = 'MalwareFound';
  }
}

/** No file is read that the scanner, where there is one, has not let pass. */
@Injectable()
export class ScanGate {
  constructor(private readonly scanner: FileScanner) {}

  /** Rejects with `MalwareFound`, or with `ScannerUnavailable` when nothing can be said of the file. */
  async pass(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    if (!this.scanner.isOn) return;
    const found = await this.scanner.scan(bytes, signal).catch((error: unknown) => {
      if (error instanceof ScannerUnavailable) scans.add(1, { outcome: 'unavailable' });
      throw error;
    });
    scans.add(1, { outcome: found ? 'found' : 'clean' });
    if (found) throw new MalwareFound(found.signature);
  }
}
