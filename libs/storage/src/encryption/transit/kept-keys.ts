interface Kept {
  readonly key: Buffer;
  readonly since: number;
}

/** Keys that are kept for a while, at most so many: the one used longest ago goes first. */
export class KeptKeys {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly limits: { readonly most: number; readonly lifeMs: number; readonly now?: () => number }) {}

  /** `aging`: it is in the second half of its life, so that its user should ask anew in good time. */
  find(name: string): { key: Buffer; aging: boolean } | undefined {
    const found = this.kept.get(name);
    if (!found) return undefined;
    this.kept.delete(name);
    const age = this.now() - found.since;
    if (age >= this.limits.lifeMs) return undefined;
    this.kept.set(name, found);
    return { key: found.key, aging: age >= this.limits.lifeMs / 2 };
  }

  keep(name: string, key: Buffer): void {
    this.kept.delete(name);
    if (this.kept.size >= this.limits.most) this.kept.delete(this.kept.keys().next().value ?? '');
    this.kept.set(name, { key, since: this.now() });
  }

  forget(name: string): void {
    this.kept.delete(name);
  }

  clear(): void {
    this.kept.clear();
  }

  private now(): number {
    return (this.limits.now ?? (() => performance.now()))();
  }
}
