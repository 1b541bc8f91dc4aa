import { PlatformPart, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { KeyValueConfig } from './key-value-config.js';
import { openKeyValue } from './open-key-value.js';

class KeyValuePart extends PlatformPart {
  readonly name = 'key-value';
  override readonly configs = [KeyValueConfig];

  open(context: PartContext): Promise<OpenedPart> {
    return openKeyValue(context, context.config(KeyValueConfig).KV_URL);
  }
}

/** Gives a service its `KeyValue`, chosen by `KV_URL`. */
export function keyValuePart(): PlatformPart {
  return new KeyValuePart();
}
