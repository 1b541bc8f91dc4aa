/** Says what is being done, how far it is and how long it took. */
export class Steps {
  private done = 0;
  private readonly begun = performance.now();

  constructor(
    private readonly total: number,
    private readonly say: (text: string) => void,
  ) {}

  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.done += 1;
    const place = `[${String(this.done).padStart(2)}/${this.total}]`;
    this.say(`${place} ${name} …`);
    const begun = performance.now();
    try {
      const result = await work();
      this.say(`${place} ${name}: done in ${secondsSince(begun)} s`);
      return result;
    } catch (error) {
      this.say(`${place} ${name}: FAILED after ${secondsSince(begun)} s`);
      throw error;
    }
  }

  get seconds(): string {
    return secondsSince(this.begun);
  }
}

const secondsSince = (begun: number) => ((performance.now() - begun) / 1000).toFixed(1);
