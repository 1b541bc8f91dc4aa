/** How often the tabs tell one another that somebody is at work. */
const tellEveryMs = 5_000;

type News = 'active' | 'signed-out';

/**
 * When somebody last touched the page, in any of its tabs, and whether one of them signed out. Requests that the page
 * makes on its own account are no activity, so that a page left open idles out.
 */
export class Activity {
  private lastAt = Date.now();
  private toldAt = 0;
  private readonly channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('voiceassist.session');

  constructor(onSignedOutElsewhere: () => void) {
    this.channel?.addEventListener('message', ({ data }: MessageEvent<News>) => {
      if (data === 'active') this.lastAt = Date.now();
      else onSignedOutElsewhere();
    });
  }

  note(): void {
    this.lastAt = Date.now();
    if (this.lastAt - this.toldAt < tellEveryMs) return;
    this.toldAt = this.lastAt;
    this.tell('active');
  }

  tell(news: News): void {
    this.channel?.postMessage(news);
  }

  get idleForMs(): number {
    return Date.now() - this.lastAt;
  }
}
