import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { Injectable, type OnModuleInit, type OnApplicationShutdown } from '@nestjs/common';
import { passwordText } from './password-text.js';
import { PasswordConfig } from './password.config.js';

/** Longer than a whole SHA-1 hash with its count and line end. */
const longestLineBytes = 96;
const lineForm = /^([0-9A-Fa-f]{8,40})(?::\d+)?\r?$/;

interface Line {
  /** Offsets of its first byte and of the byte behind its end. */
  readonly start: number;
  readonly end: number;
  readonly hash: string;
}

interface OpenList {
  readonly file: FileHandle;
  readonly sizeBytes: number;
}

/**
 * Passwords that leaked elsewhere, in a file that is searched by halving and never read as a whole: some thirty small
 * reads for the billion hashes of Have I Been Pwned. Without a file nothing is known as leaked.
 */
@Injectable()
export class BreachedPasswords implements OnModuleInit, OnApplicationShutdown {
  private list?: OpenList;

  constructor(private readonly config: PasswordConfig) {}

  /** A file that cannot be read, or that is something else, stops the start. */
  async onModuleInit(): Promise<void> {
    const path = this.config.AUTH_BREACHED_PASSWORDS_FILE;
    if (path === undefined) return;
    try {
      const file = await open(path, 'r');
      this.list = { file, sizeBytes: (await file.stat()).size };
      const [first, last] = [await lineAt(this.list, 0), await lineAt(this.list, this.list.sizeBytes - 1)];
      if (first.hash > last.hash) throw new Error('the hashes are not sorted');
    } catch (cause) {
      await this.onApplicationShutdown();
      const problem = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`AUTH_BREACHED_PASSWORDS_FILE ${path} is not a sorted list of SHA-1 hashes: ${problem}`, { cause });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.list?.file.close();
    this.list = undefined;
  }

  /** Whether the password is on the list, as it was typed or as it is hashed. */
  async has(password: string): Promise<boolean> {
    const { list } = this;
    if (!list) return false;
    for (const text of new Set([password, passwordText(password)])) {
      if (await contains(list, createHash('sha1').update(text).digest('hex').toUpperCase())) return true;
    }
    return false;
  }
}

async function contains(list: OpenList, hash: string): Promise<boolean> {
  let [low, high] = [0, list.sizeBytes];
  while (low < high) {
    const line = await lineAt(list, Math.floor((low + high) / 2));
    const beginning = hash.slice(0, line.hash.length);
    if (line.hash === beginning) return true;
    if (line.hash < beginning) low = line.end;
    else high = line.start;
  }
  return false;
}

/** The line in which the byte at that offset lies; its line end belongs to it. */
async function lineAt({ file, sizeBytes }: OpenList, offset: number): Promise<Line> {
  const from = Math.max(0, offset - longestLineBytes);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2 * longestLineBytes), 0, 2 * longestLineBytes, from);
  const window = buffer.subarray(0, bytesRead).toString('latin1');
  const at = offset - from;
  const start = at === 0 ? 0 : window.lastIndexOf('\n', at - 1) + 1;
  const newline = window.indexOf('\n', at);
  const end = newline === -1 ? window.length : newline;
  const hash = lineForm.exec(window.slice(start, end))?.[1];
  if (hash === undefined || (start === 0 && from > 0)) throw new Error(`there is no hash at byte ${from + start}`);
  return { start: from + start, end: Math.min(from + end + 1, sizeBytes), hash: hash.toUpperCase() };
}
