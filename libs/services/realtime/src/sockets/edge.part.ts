import { HttpEdge, PlatformPart, type OpenedPart, type PartContext } from '@voiceassist/kit';

/** Lets the service take WebSocket upgrades on the process's own HTTP server. */
class EdgePart extends PlatformPart {
  readonly name = 'edge';

  async open(context: PartContext): Promise<OpenedPart> {
    return { provides: [{ token: HttpEdge, value: context.edge }], close: async () => undefined };
  }
}

export const edgePart = () => new EdgePart();
