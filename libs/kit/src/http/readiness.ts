import type { Dependency } from '../platform/platform-part.js';
import { withDeadline } from '../run/deadline.js';

export interface DependencyReport {
  /** `service/dependency`. */
  readonly name: string;
  readonly status: 'ok' | 'down';
  readonly required: boolean;
  readonly latencyMs: number;
}

export interface ReadinessReport {
  readonly status: 'starting' | 'ready' | 'not-ready' | 'draining';
  readonly dependencies: readonly DependencyReport[];
}

const cachedMs = 1_000;
/** What is down is asked again sooner, so that a recovery shows at once. */
const cachedDownMs = 200;

/** Whether the process can do its work now; each dependency is asked at most once a second, however many people ask. */
export class Readiness {
  private state: 'starting' | 'running' | 'draining' = 'starting';
  private readonly dependencies: { readonly name: string; readonly dependency: Dependency }[] = [];
  private last?: { readonly takenAt: number; keptMs: number; readonly reports: Promise<readonly DependencyReport[]> };

  constructor(private readonly timeoutMs: number) {}

  add(service: string, dependency: Dependency): void {
    this.dependencies.push({ name: `${service}/${dependency.name}`, dependency });
  }

  started(): void {
    this.state = 'running';
  }

  draining(): void {
    this.state = 'draining';
  }

  async report(): Promise<ReadinessReport> {
    const dependencies = await this.checkAll();
    const works = dependencies.every(({ status, required }) => status === 'ok' || !required);
    const status = this.state === 'running' ? (works ? 'ready' : 'not-ready') : this.state;
    return { status, dependencies };
  }

  private checkAll(): Promise<readonly DependencyReport[]> {
    const now = performance.now();
    if (this.last && now - this.last.takenAt <= this.last.keptMs) return this.last.reports;
    const reports = Promise.all(this.dependencies.map((each) => this.check(each)));
    const taken = { takenAt: now, keptMs: cachedMs, reports };
    this.last = taken;
    void reports.then((all) => {
      if (all.some(({ status }) => status === 'down')) taken.keptMs = cachedDownMs;
    });
    return reports;
  }

  private async check({ name, dependency }: { name: string; dependency: Dependency }): Promise<DependencyReport> {
    const begun = performance.now();
    const ok = await withDeadline(name, this.timeoutMs, async (signal) => dependency.check(signal)).then(() => true, () => false);
    return { name, status: ok ? 'ok' : 'down', required: dependency.required, latencyMs: Math.round((performance.now() - begun) * 10) / 10 };
  }
}
