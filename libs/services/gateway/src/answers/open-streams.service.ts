import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Actor } from '@voiceassist/contracts';
import { commonFailure } from '@voiceassist/kit';
import { RevocationFeed } from '@voiceassist/messaging';

/** Streams that are being sent, by the session and the emergency access they depend on, so that either takes them along when it ends. */
@Injectable()
export class OpenStreams implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly streamsOf = new Map<string, Set<AbortController>>();
  private stopListening: () => void = () => undefined;

  constructor(private readonly revocations: RevocationFeed) {}

  onApplicationBootstrap(): void {
    this.stopListening = this.revocations.onRevoked((id) => this.end(id));
  }

  onModuleDestroy(): void {
    this.stopListening();
  }

  /** Returns how to forget the stream once it is over. */
  add(actor: Actor, stream: AbortController): () => void {
    if (actor.type !== 'user') return () => undefined;
    const forget = [actor.sessionId, ...(actor.emergency ? [actor.emergency.emergencyId] : [])].map((id) => this.addUnder(id, stream));
    return () => forget.forEach((each) => each());
  }

  private addUnder(id: string, stream: AbortController): () => void {
    const streams = this.streamsOf.get(id) ?? new Set();
    this.streamsOf.set(id, streams.add(stream));
    if (this.revocations.isRevoked(id)) this.end(id);
    return () => {
      streams.delete(stream);
      if (streams.size === 0 && this.streamsOf.get(id) === streams) this.streamsOf.delete(id);
    };
  }

  private end(id: string): void {
    const ended = commonFailure('UNAUTHENTICATED', 'The session, or its emergency access, has ended.');
    for (const stream of this.streamsOf.get(id) ?? []) stream.abort(ended);
  }
}
