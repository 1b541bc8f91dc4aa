import { Injectable } from '@nestjs/common';
import { FieldCipher } from '@voiceassist/storage';

const scope = 'patients of auth';

/** The same patient is the same pseudonym, however the reference was typed; without the key nobody can try references. */
@Injectable()
export class PatientPseudonyms {
  constructor(private readonly cipher: FieldCipher) {}

  async of(reference: string): Promise<string> {
    const typed = reference.normalize('NFKC').replace(/\s+/g, ' ').trim().toUpperCase();
    return (await this.cipher.toWrite(scope)).pseudonymOf(typed, 'patient');
  }
}
