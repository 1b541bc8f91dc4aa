import type { AnswerPart, Message } from '@voiceassist/contracts';

/** The parts of an answer that is already stored, as a reader of the stream would have received them. */
export function* replay(message: Message): Generator<AnswerPart> {
  const { messageId, conversationId, content, citations } = message;
  yield { type: 'message_start', messageId, conversationId };
  for (const citation of citations) yield { type: 'citation', messageId, citation };
  if (content !== '') yield { type: 'message_chunk', messageId, index: 0, content };
  yield {
    type: 'message_complete', messageId, content, citations, verdict: message.verdict ?? 'partly', stopped: message.state === 'stopped',
    usage: message.usage ?? { model: 'unknown', promptTokens: null, completionTokens: null },
    timings: message.timings ?? { retrievedMs: 0, firstChunkMs: null, totalMs: 0 },
  };
}
