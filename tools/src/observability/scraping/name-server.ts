import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

const headerBytes = 12;
const typeA = 1;
const answerFlags = { found: 0x8580, unknown: 0x8583 } as const;

/** Name and type of the first question, and where it ends. */
function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('ascii', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function addressRecord(address: string): Buffer {
  // the question's name, an address of this network, good for a second
  return Buffer.from([0xc0, headerBytes, 0, typeA, 0, 1, 0, 0, 0, 1, 0, 4, ...address.split('.').map(Number)]);
}

/**
 * Answers names as the name server inside Docker does: a service with the addresses of all its replicas, and nobody else.
 * It listens on an address of its own, on the port that every resolver asks.
 */
export class NameServer {
  private constructor(
    private readonly socket: Socket,
    readonly address: string,
    /** May change at any time. */
    readonly names: Map<string, readonly string[]>,
  ) {}

  static async on(address: string, names: Map<string, readonly string[]>): Promise<NameServer> {
    const socket = createSocket('udp4');
    socket.bind(53, address);
    await once(socket, 'listening');
    const server = new NameServer(socket, address, names);
    socket.on('message', (query, from) => server.answer(query, from));
    return server;
  }

  close(): void {
    this.socket.close();
  }

  private answer(query: Buffer, from: RemoteInfo): void {
    const { name, type, end } = questionOf(query);
    const addresses = this.names.get(name);
    const records = type === typeA ? (addresses ?? []).map(addressRecord) : [];
    const header = Buffer.alloc(headerBytes);
    header.writeUInt16BE(query.readUInt16BE(0), 0);
    header.writeUInt16BE(addresses?.length ? answerFlags.found : answerFlags.unknown, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    this.socket.send(Buffer.concat([header, query.subarray(headerBytes, end), ...records]), from.port, from.address);
  }
}
