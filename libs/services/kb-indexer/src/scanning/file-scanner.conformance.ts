import { expect, it } from '@jest/globals';
import type { FileScanner } from './file-scanner.js';

export interface ScannerWorld {
  readonly scanner: () => FileScanner;
  /** What it finds in the test file that every scanner knows; null for one that finds nothing. */
  readonly finds: string | null;
}

/** The test file of the European Institute for Computer Antivirus Research, in two halves so that no scanner takes this source for it. */
export const eicar = Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''));

const unhurried = () => AbortSignal.timeout(60_000);

/** What every scanner must do. */
export function fileScannerConformance({ scanner, finds }: ScannerWorld): void {
  it('lets files pass in which nothing is found, empty and large ones too', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('Wash your hands.'), Buffer.alloc(1_500_000, 'clean ')]) {
      await expect(scanner().scan(bytes, unhurried())).resolves.toBeNull();
    }
  });

  it('says what it found', async () => {
    await expect(scanner().scan(eicar, unhurried())).resolves.toEqual(finds === null ? null : { signature: finds });
  });

  it('keeps apart what is asked at once', async () => {
    const files = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? eicar : Buffer.from(`clean ${index}`)));
    const answers = await Promise.all(files.map((bytes) => scanner().scan(bytes, unhurried())));
    expect(answers.map((answer) => answer !== null)).toEqual(files.map((bytes) => finds !== null && bytes === eicar));
  });

  it('answers a check', async () => {
    await expect(scanner().check(unhurried())).resolves.toBeUndefined();
  });
}
