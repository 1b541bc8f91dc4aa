import { z } from 'zod';
import type { ServiceState } from './runtime.js';

const Report = z.object({ data: z.object({ status: z.string(), dependencies: z.array(z.object({ name: z.string(), status: z.string() })) }) });

/** What `/ready` of one service says. */
export async function readinessOf(name: string, url: string): Promise<ServiceState> {
  try {
    const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(5_000) });
    const { status, dependencies } = Report.parse(await answer.json()).data;
    const down = dependencies.filter((each) => each.status !== 'ok').map((each) => each.name);
    return { name, ready: answer.ok, detail: down.length > 0 ? `down: ${down.join(', ')}` : status };
  } catch (error) {
    const { cause } = error as Error; // fetch fails with errors only
    return { name, ready: false, detail: `no answer: ${cause instanceof Error ? cause.message : (error as Error).message}` };
  }
}
