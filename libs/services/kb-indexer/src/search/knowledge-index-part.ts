import { Embedder } from '@voiceassist/ai';
import { PlatformPart, type OpenedPart, type PartContext } from '@voiceassist/kit';
import { VectorIndex, type IndexModel } from '@voiceassist/storage';
import { KnowledgeIndex } from './knowledge-index.js';

class KnowledgeIndexPart extends PlatformPart {
  readonly name = 'knowledge-index';

  async open(context: PartContext): Promise<OpenedPart> {
    const { enabled, id, dimension } = context.get(Embedder);
    const model: IndexModel = enabled ? { embedderId: id, dimension } : { embedderId: null, dimension: null };
    const index = new KnowledgeIndex(await context.get(VectorIndex).openIndex({ name: 'passages', ...model }), model);
    await index.adoptIfEmpty();
    const mismatch = await index.mismatch();
    if (mismatch !== null) context.logger.error({ encoder: model.embedderId }, mismatch);
    return {
      provides: [{ token: KnowledgeIndex, value: index }],
      dependencies: [
        {
          name: 'knowledge-index', required: true,
          check: async () => {
            const fault = await index.mismatch();
            if (fault !== null) throw new Error(fault);
          },
        },
        { name: 'query-encoder', required: false, check: async () => index.checkEncoder() },
      ],
      close: async () => undefined, // the vector index closes it
    };
  }
}

/** Opens the index of passages; stands after `vectorIndexPart()` and `embedderPart()`. Says in /ready when index and encoder do not fit. */
export const knowledgeIndexPart = (): PlatformPart => new KnowledgeIndexPart();
