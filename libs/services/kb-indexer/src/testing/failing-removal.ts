import type { OpenedPart, PartContext } from '@voiceassist/kit';
import { PlatformPart, ServiceModule, serviceDefinitionOf } from '@voiceassist/kit';
import { PassageIndex, VectorIndex, vectorIndexPart, type IndexDefinition, type IndexModel, type PassageEntry, type PassageQuery } from '@voiceassist/storage';
import { KbIndexerModule } from '../kb-indexer.module.js';

/** Breaks the removal of documents from the index while told to; counts how often it did. */
export const removal = { broken: false, failures: 0 };

class FailingPassageIndex extends PassageIndex {
  constructor(private readonly real: PassageIndex) {
    super();
  }

  async deleteDocument(documentId: string): Promise<void> {
    if (!removal.broken) return this.real.deleteDocument(documentId);
    removal.failures += 1;
    throw new Error('the index does not answer');
  }

  upsert(entries: readonly PassageEntry[]) {
    return this.real.upsert(entries);
  }

  count() {
    return this.real.count();
  }

  search(query: PassageQuery) {
    return this.real.search(query);
  }

  versions() {
    return this.real.versions();
  }

  beginVersion(model: IndexModel) {
    return this.real.beginVersion(model);
  }

  findFilling() {
    return this.real.findFilling();
  }
}

class FailingVectorIndex extends VectorIndex {
  constructor(private readonly real: VectorIndex) {
    super();
  }

  async openIndex(definition: IndexDefinition) {
    return new FailingPassageIndex(await this.real.openIndex(definition));
  }

  check(signal: AbortSignal) {
    return this.real.check(signal);
  }

  close() {
    return this.real.close();
  }
}

class FailingVectorIndexPart extends PlatformPart {
  readonly name = 'vector-index';
  private readonly real = vectorIndexPart();
  override readonly configs = this.real.configs;

  async open(context: PartContext): Promise<OpenedPart> {
    const opened = await this.real.open(context);
    return { ...opened, provides: opened.provides.map(({ token, value }) => ({ token, value: value instanceof VectorIndex ? new FailingVectorIndex(value) : value })) };
  }
}

const definition = serviceDefinitionOf(KbIndexerModule);

/** The service as it is, with an index whose removals can be broken. */
@ServiceModule({
  ...definition,
  uses: definition.uses.map((part) => (part.name === 'vector-index' ? new FailingVectorIndexPart() : part)),
  imports: [KbIndexerModule],
})
export class FailingRemovalModule {}
