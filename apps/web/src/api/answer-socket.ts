import { closeCodes, type ClientFrame, type HttpClient, realtime, ServerFrame, socketPath, socketSubprotocol } from '@voiceassist/contracts';

export type Connectivity = 'connecting' | 'open' | 'waiting' | 'closed';

export interface SocketListener {
  readonly onFrame: (frame: ServerFrame) => void;
  readonly onConnectivity: (state: Connectivity) => void;
}

const firstPauseMs = 500;
const longestPauseMs = 15_000;
const final: readonly number[] = [closeCodes.notAuthenticated, closeCodes.forbidden, closeCodes.policy];

/** The page's one socket: opened with a one-time ticket, opened again with growing, jittered pauses when it breaks. */
export class AnswerSocket {
  private socket: WebSocket | null = null;
  private readonly unsent: ClientFrame[] = [];
  private pauseMs = firstPauseMs;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;

  constructor(
    private readonly client: HttpClient,
    private readonly listener: SocketListener,
  ) {}

  start(): void {
    this.stopped = false;
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.retry);
    this.socket?.close(closeCodes.normal);
    this.socket = null;
  }

  /** Sends at once, or as soon as the socket is open again. */
  send(frame: ClientFrame): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
    else this.unsent.push(frame);
  }

  private async connect(): Promise<void> {
    this.listener.onConnectivity('connecting');
    try {
      const { ticket } = await this.client.request(realtime.issueTicket, {});
      if (this.stopped) return;
      const url = new URL(socketPath, location.href);
      url.protocol = url.protocol.replace('http', 'ws');
      this.listen(new WebSocket(url, [socketSubprotocol, `ticket.${ticket}`]));
    } catch {
      this.again();
    }
  }

  private listen(socket: WebSocket): void {
    this.socket = socket;
    socket.onmessage = ({ data }) => this.receive(String(data));
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (final.includes(code)) this.listener.onConnectivity('closed');
      else this.again();
    };
  }

  private receive(data: string): void {
    const parsed = ServerFrame.safeParse(JSON.parse(data));
    if (!parsed.success) return; // a newer server may say more than this page understands
    if (parsed.data.type === 'ping') return this.send({ type: 'pong' });
    if (parsed.data.type === 'connected') this.opened();
    this.listener.onFrame(parsed.data);
  }

  private opened(): void {
    this.pauseMs = firstPauseMs;
    this.listener.onConnectivity('open');
    for (const frame of this.unsent.splice(0)) this.send(frame);
  }

  private again(): void {
    if (this.stopped) return;
    this.listener.onConnectivity('waiting');
    this.retry = setTimeout(() => void this.connect(), this.pauseMs * (0.5 + Math.random()));
    this.pauseMs = Math.min(this.pauseMs * 2, longestPauseMs);
  }
}
