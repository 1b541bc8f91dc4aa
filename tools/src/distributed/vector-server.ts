import { startPgliteServer } from '@voiceassist/storage';

/** pgvector as a process of its own, for machines whose PostgreSQL has none. */
const { VECTOR_SERVER_DIR: dir, VECTOR_SERVER_PORT: port, VECTOR_SERVER_PASSWORD: password } = process.env;
if (!dir || !port || !password) throw new Error('VECTOR_SERVER_DIR, VECTOR_SERVER_PORT and VECTOR_SERVER_PASSWORD are needed');

const server = await startPgliteServer({ home: { folder: dir }, port: Number(port), password });
console.log(`listens on 127.0.0.1:${port}`);
process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)));
