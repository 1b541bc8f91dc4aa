import type { Call } from '@voiceassist/kit';

/** A passage the answer may rest on. `marker` is what the model writes in brackets to cite it. */
export interface ChatPassage {
  readonly marker: number;
  readonly title: string;
  readonly heading: string | null;
  readonly page: number;
  readonly text: string;
  /** Blended relevance, comparable only within one request. */
  readonly score: number;
}

export interface ChatTurn {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

export interface ChatRequest {
  /** As the person asked it. */
  readonly question: string;
  /** The question made understandable without the conversation; the same as `question` in a first turn. */
  readonly standaloneQuestion: string;
  /** Earlier turns, oldest first, already cut to what the model may see. */
  readonly history: readonly ChatTurn[];
  /** Best first. */
  readonly passages: readonly ChatPassage[];
  /** BCP 47 tag of the language to answer in; the question's own when left out. */
  readonly language?: string;
  readonly maxAnswerTokens: number;
  /** The texts hold placeholders such as [NAME-1], which the answer has to keep as they are. */
  readonly hasPlaceholders?: boolean;
}

/** Counts as the model reports them; null where it does not count. */
export interface TokenUsage {
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

export type ChatPart =
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'finish'; readonly reason: 'complete' | 'length' | 'filtered'; readonly usage: TokenUsage };

export interface ChatModelDescription {
  readonly kind: 'extractive' | 'generative';
  readonly name: string;
  /** What a reader should know about how answers come about. */
  readonly notice: string;
}

/** What a model says, and nothing else, when the passages do not answer the question. */
export const notInSources = 'NOT_IN_SOURCES';

/**
 * Writes an answer from given passages, citing them as `[marker]`.
 *
 * `stream` yields `text-delta` parts and, unless it fails or is aborted, exactly one last `finish`. Aborting the signal or
 * leaving the loop ends the work at the vendor too; an aborted stream ends without `finish` and without an error.
 * Fails only with MODEL_UNAVAILABLE (may be tried again later) or MODEL_TIMEOUT, or with PHI_BLOCKED where a policy keeps the texts
 * from the provider; never with a vendor's own text. The call is the one in whose course the model is asked, for the audit.
 */
export abstract class ChatModel {
  abstract describe(): ChatModelDescription;
  abstract stream(request: ChatRequest, signal: AbortSignal, call?: Call): AsyncIterable<ChatPart>;
  /** Resolves when the model could answer now. */
  abstract check(signal: AbortSignal): Promise<void>;
}
