import { PlatformPart, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { EmbedderConfig } from './embedder.config.js';
import { Embedder } from './embedder.js';
import type { AuditNoter } from '../phi-gate/noted.phi-decisions.js';
import { openPhiDecisions } from '../phi-gate/open-phi-decisions.js';
import { openEmbedder } from './open-embedder.js';

class EmbedderPart extends PlatformPart {
  readonly name = 'embedder';
  override readonly configs = [EmbedderConfig];

  constructor(private readonly note: AuditNoter | undefined) {
    super();
  }

  async open(context: PartContext): Promise<OpenedPart> {
    const config = context.config(EmbedderConfig);
    const embedder = await openEmbedder(config, openPhiDecisions(this.note));
    const remote = config.EMBEDDER_URL.includes('http');
    return {
      provides: [{ token: Embedder, value: embedder }],
      dependencies: remote ? [{ name: 'embedder', required: false, check: (signal) => embedder.check(signal) }] : [],
      close: () => embedder.close(),
    };
  }
}

/** Gives a service the `Embedder` that `EMBEDDER_URL` names, behind the gate for personal health information; `note` writes its decisions into the audit row of a call. */
export const embedderPart = ({ note }: { note?: AuditNoter } = {}): PlatformPart => new EmbedderPart(note);
