import Fastify from 'fastify';
import { connect, JSONCodec } from 'nats';

/** The baseline: Fastify, one request over `nats`, nothing else. */
const [, , natsUrl = '', port = ''] = process.argv;
const connection = await connect({ servers: natsUrl });
const codec = JSONCodec();
const app = Fastify();
app.get('/bare', async () => codec.decode((await connection.request('bare.answer', codec.encode({}))).data));
await app.listen({ port: Number(port), host: '127.0.0.1' });
process.send?.('ready');
