import { connect, JSONCodec } from 'nats';

/** The other half of the baseline: answers each request with a small object. */
const [, , natsUrl = ''] = process.argv;
const connection = await connect({ servers: natsUrl });
const codec = JSONCodec();
connection.subscribe('bare.answer', { callback: (_error, message) => void message.respond(codec.encode({ kind: 'extractive', name: 'bare', notice: 'a sentence of usual length for a small answer' })) });
await connection.flush();
process.send?.('ready');
