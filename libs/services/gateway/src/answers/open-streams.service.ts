import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Actor } from '@voiceassist/contracts';
import { commonFailure } from '@voiceassist/kit';
import { RevocationFeed } from '@voiceassist/messaging';

/** Streams that are being sent, by session, so that a session that ends takes its streams with it. */
@Injectable()
export class OpenStreams implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly bySession = new Map<string, Set<AbortController>>();
  private stopListening: () => void = () => undefined;

  constructor(private readonly revocations: RevocationFeed) {}

  onApplicationBootstrap(): void {
    this.stopListening = this.revocations.onRevoked((sessionId) => this.end(sessionId));
  }

  onModuleDestroy(): void {
    this.stopListening();
  }

  /** Returns how to forget the stream once it is over. */
  add(actor: Actor, stream: AbortController): () => void {
    if (actor.type !== 'user') return () => undefined;
    const { sessionId } = actor;
    const streams = this.bySession.get(sessionId) ?? new Set();
    this.bySession.set(sessionId, streams.add(stream));
    if (this.revocations.isRevoked(sessionId)) this.end(sessionId);
    return () => {
      streams.delete(stream);
      if (streams.size === 0 && this.bySession.get(sessionId) === streams) this.bySession.delete(sessionId);
    };
  }

  private end(sessionId: string): void {
    const ended = commonFailure('UNAUTHENTICATED', 'The session has ended.');
    for (const stream of this.bySession.get(sessionId) ?? []) stream.abort(ended);
  }
}
