import { notInSources } from '@voiceassist/ai';

/** Holds back a model's first words while they may still be the sign that the sources do not answer. */
export class AbstentionSignal {
  private held = '';
  private open = true;

  /** Text that is certainly not the sign. */
  push(text: string): string {
    if (!this.open) return text;
    this.held += text;
    if (this.mayBeSign()) return '';
    return this.release();
  }

  /** True when the model said the sign and nothing else. */
  get given(): boolean {
    return this.open && this.held.replace(/[^A-Z_]/g, '') === notInSources;
  }

  /** What is held back at the end and is not the sign. */
  end(): string {
    return this.given ? '' : this.release();
  }

  private mayBeSign(): boolean {
    const said = this.held.trim().replace(/^[`"'*\s]+|[`"'*.\s]+$/g, '');
    return notInSources.startsWith(said) || (said === notInSources && this.held.length < 2 * notInSources.length);
  }

  private release(): string {
    const text = this.held;
    this.held = '';
    this.open = false;
    return text;
  }
}
