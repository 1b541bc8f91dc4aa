import { Config, setting } from '@voiceassist/kit';
import { z } from 'zod';

/** What is known of passwords that nobody should use here. */
export class PasswordConfig extends Config({
  AUTH_BREACHED_PASSWORDS_FILE: setting(
    z.string().optional(),
    'File of breached passwords: sorted SHA-1 hashes or prefixes of them in hexadecimal, one a line, `:count` behind them ignored, as Have I Been Pwned offers them; it is searched in place.',
  ),
  ORGANISATION_NAME: setting(z.string().max(200).default(''), 'Name of the organisation; a password must not consist of its words.'),
}) {}
