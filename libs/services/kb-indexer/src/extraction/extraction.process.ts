import { extractDocument, type ExtractionInput } from './extract-document.js';
import { ExtractionFailure } from './extraction-failure.js';
import type { ProcessAnswer } from './process-extractor.js';

/** Resolves once the parent has it, so that the process does not end before. */
const answer = (message: ProcessAnswer) => new Promise<void>((resolve) => process.send!(message, () => resolve()));

async function work(input: ExtractionInput): Promise<void> {
  try {
    const document = await extractDocument(input, (page, pages) => void answer({ type: 'page', page, pages }));
    await answer({ type: 'document', document });
  } catch (error) {
    if (error instanceof ExtractionFailure) await answer({ type: 'failure', code: error.code });
    else await answer({ type: 'bug', message: error instanceof Error ? error.message : 'unknown' });
  }
  process.disconnect();
}

// The parent is gone: nobody waits for the text any more.
process.once('disconnect', () => process.exit());
process.once('message', (input) => void work(input as ExtractionInput)); // sent by ProcessExtractor, nobody else starts this file
