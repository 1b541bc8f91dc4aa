import type { IncomingMessage } from 'node:http';

/** Where the client is: as the gateway tells it, or the other end of the connection where there is no gateway in between. */
export function clientAddressOf({ headers, socket }: IncomingMessage, behindGateway: boolean): string | undefined {
  const told = behindGateway ? [headers['x-forwarded-for']].flat()[0]?.split(',', 1)[0]?.trim() : undefined;
  return told ?? socket.remoteAddress;
}
