import { fork, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import type { CutPassage } from '../chunking/cut-passages.js';
import type { ExtractionInput } from './extract-document.js';
import type { ExtractedDocument, ExtractedPage } from './extracted-document.js';
import { ExtractionFailure, type ExtractionFailureCode } from './extraction-failure.js';
import { Extractor, type ExtractionControl, type ExtractionLimits } from './extractor.js';

export type ProcessTask =
  | { readonly type: 'extract'; readonly input: ExtractionInput }
  | { readonly type: 'cut'; readonly pages: readonly ExtractedPage[] };

export type ProcessAnswer =
  | { readonly type: 'page'; readonly page: number; readonly pages: number }
  | { readonly type: 'done'; readonly result: unknown }
  | { readonly type: 'failure'; readonly code: ExtractionFailureCode }
  | { readonly type: 'bug'; readonly message: string };

const memoryCheckMs = 100;
const belowNormal = 10;
const pageBytes = 4096;

/**
 * One process for each file: whatever a hostile file does to the parser ends with that process. (A worker thread is not
 * enough: one that outgrows its heap limit quickly takes the whole process with it.)
 */
export class ProcessExtractor extends Extractor {
  constructor(
    private readonly file: URL,
    private readonly limits: ExtractionLimits,
  ) {
    super();
  }

  extract(input: ExtractionInput, control: ExtractionControl): Promise<ExtractedDocument> {
    return this.run({ type: 'extract', input }, control) as Promise<ExtractedDocument>; // what the process answers to this task
  }

  cut(pages: readonly ExtractedPage[], signal: AbortSignal): Promise<CutPassage[]> {
    return this.run({ type: 'cut', pages }, { signal, onPage: () => undefined }) as Promise<CutPassage[]>; // what the process answers to this task
  }

  private async run(task: ProcessTask, control: ExtractionControl): Promise<unknown> {
    control.signal.throwIfAborted();
    const child = fork(this.file, {
      execArgv: [`--max-old-space-size=${this.limits.memoryMegabytes}`], env: {}, serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const ended = new AbortController();
    try {
      return await this.answerOf(child, { task, control, ended: ended.signal });
    } finally {
      ended.abort();
      child.kill('SIGKILL');
    }
  }

  private answerOf(child: ChildProcess, { task, control, ended }: { task: ProcessTask; control: ExtractionControl; ended: AbortSignal }): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const fail = (code: ExtractionFailureCode) => reject(new ExtractionFailure(code));
      const timer = setTimeout(() => fail('PARSE_TIMEOUT'), this.limits.timeoutMs);
      const memory = setInterval(() => void this.isTooLarge(child).then((large) => large && fail('PARSE_MEMORY')), memoryCheckMs);
      ended.addEventListener('abort', () => {
        clearTimeout(timer);
        clearInterval(memory);
      }, { once: true });
      control.signal.addEventListener('abort', () => reject(control.signal.reason as Error), { once: true, signal: ended });
      child.on('message', (answer: ProcessAnswer) => {
        if (answer.type === 'page') control.onPage(answer.page, answer.pages);
        else if (answer.type === 'done') resolve(answer.result);
        else if (answer.type === 'failure') fail(answer.code);
        else reject(new Error(`The parser failed: ${answer.message}`));
      });
      child.on('error', reject);
      // V8 aborts when the heap limit is reached; the system's own memory guard kills.
      child.on('exit', () => fail('PARSE_MEMORY'));
      child.send(task, (error) => error && reject(error));
      giveWay(child);
    });
  }

  /** Buffers do not count as heap: a stream that unpacks to gigabytes is seen only from outside. */
  private async isTooLarge(child: ChildProcess): Promise<boolean> {
    const statistics = await readFile(`/proc/${child.pid}/statm`, 'utf8').catch(() => '');
    const residentPages = Number(statistics.split(' ')[1] ?? 0);
    return residentPages * pageBytes > 2 * this.limits.memoryMegabytes * 1024 * 1024;
  }
}

/** Parsing yields to people who are waiting for an answer. */
function giveWay(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) setPriority(child.pid, belowNormal);
  } catch {
    // The process is gone already, or the system does not let us; both only cost fairness.
  }
}
