import { cutPassages } from '../chunking/cut-passages.js';
import { extractDocument } from './extract-document.js';
import { ExtractionFailure } from './extraction-failure.js';
import type { ProcessAnswer, ProcessTask } from './process-extractor.js';

/** Resolves once the parent has it, so that the process does not end before. */
const answer = (message: ProcessAnswer) => new Promise<void>((resolve) => process.send!(message, () => resolve()));

async function resultOf(task: ProcessTask): Promise<ProcessAnswer> {
  if (task.type === 'cut') return { type: 'done', result: cutPassages(task.pages) };
  return { type: 'done', result: await extractDocument(task.input, (page, pages) => void answer({ type: 'page', page, pages })) };
}

function faultOf(error: unknown): ProcessAnswer {
  if (error instanceof ExtractionFailure) return { type: 'failure', code: error.code };
  return { type: 'bug', message: error instanceof Error ? error.message : 'unknown' };
}

async function work(task: ProcessTask): Promise<void> {
  await answer(await resultOf(task).catch(faultOf));
  process.disconnect();
}

// The parent is gone: nobody waits for the text any more.
process.once('disconnect', () => process.exit());
process.once('message', (task) => void work(task as ProcessTask)); // sent by ProcessExtractor, nobody else starts this file
