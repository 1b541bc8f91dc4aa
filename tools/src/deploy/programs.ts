import { spawn, type ChildProcess } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

export interface Command {
  readonly program: string;
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly account?: { readonly uid: number; readonly gid: number };
}

export interface Run {
  readonly inputFile?: string;
  readonly outputFile?: string;
  readonly timeoutMs?: number;
}

const deadlineMs = 3_600_000;
const complaintCharacters = 2_000;

export function launch({ program, words, environment }: Command): ChildProcess & { stdin: NodeJS.WritableStream; stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream } {
  return spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
}

/** Resolves when the program ended well; otherwise fails with the end of what it complained about. */
export function ended(child: ReturnType<typeof launch>, name: string): Promise<void> {
  let complaint = '';
  child.stderr.on('data', (data: Buffer) => (complaint = (complaint + data.toString()).slice(-complaintCharacters)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => (code === 0 ? resolve() : reject(new Error(`${name} ended with ${signal ?? code}: ${complaint.trim()}`))));
  });
}

/** Runs a program to its end; answers what it wrote, unless that goes into a file. */
export async function run(command: Command, { inputFile, outputFile, timeoutMs = deadlineMs }: Run = {}): Promise<string> {
  const child = launch(command);
  const late = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  let output = '';
  try {
    if (outputFile === undefined) child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    const written = outputFile === undefined ? undefined : pipeline(child.stdout, createWriteStream(outputFile, { mode: 0o600 }));
    const fed = inputFile === undefined ? void child.stdin.end() : pipeline(createReadStream(inputFile), child.stdin).catch(() => undefined); // a program that stops reading says why itself
    await Promise.all([ended(child, command.program), written, fed]);
    return output;
  } finally {
    clearTimeout(late);
  }
}
