import { PlatformPart, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { EmbedderConfig } from './embedder.config.js';
import { Embedder } from './embedder.js';
import { openEmbedder } from './open-embedder.js';

class EmbedderPart extends PlatformPart {
  readonly name = 'embedder';
  override readonly configs = [EmbedderConfig];

  async open(context: PartContext): Promise<OpenedPart> {
    const config = context.config(EmbedderConfig);
    const embedder = await openEmbedder(config);
    const remote = config.EMBEDDER_URL.includes('http');
    return {
      provides: [{ token: Embedder, value: embedder }],
      dependencies: remote ? [{ name: 'embedder', required: false, check: (signal) => embedder.check(signal) }] : [],
      close: () => embedder.close(),
    };
  }
}

/** Gives a service the `Embedder` that `EMBEDDER_URL` names. */
export const embedderPart = (): PlatformPart => new EmbedderPart();
