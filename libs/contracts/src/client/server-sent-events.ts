export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

function parseBlock(block: string): ServerSentEvent | null {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split(/\r\n|\r|\n/)) {
    // U+2028 and U+2029 end no line of a stream, though a dot does not match them
    const [, field, value] = /^(event|data): ?(.*)$/s.exec(line) ?? [];
    if (field === 'event' && value !== undefined) event = value;
    if (field === 'data' && value !== undefined) data.push(value);
  }
  return data.length > 0 ? { event, data: data.join('\n') } : null;
}

async function* textsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield decoder.decode(part.value, { stream: true });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Reads a `text/event-stream` body (WHATWG HTML, server-sent events), whatever chunks it arrives in. */
export async function* readServerSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let rest = '';
  for await (const text of textsOf(body)) {
    const blocks = (rest + text).split(/\r\n\r\n|\n\n|\r\r/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parseBlock(block);
      if (event) yield event;
    }
  }
}
