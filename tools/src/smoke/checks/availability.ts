import { z } from 'zod';
import { expectSuccess, expectThat, Hopeless, readJson, type Check } from '../check.js';

const Report = z.object({ data: z.object({ status: z.string(), dependencies: z.array(z.object({ name: z.string(), status: z.string(), required: z.boolean() })) }) });
const skewSeconds = 30;

export const availability: readonly Check[] = [
  {
    name: 'health', promise: 'the process answers /health in the envelope',
    async run({ door }) {
      const told = await door.ask('/health').catch((error: unknown) => {
        throw new Hopeless(`no answer: ${error instanceof Error ? error.message || error.name : String(error)}`);
      });
      const { status } = expectSuccess(told);
      expectThat(status === 'alive', `status is ${String(status)}`);
      return 'alive';
    },
  },
  {
    name: 'ready', promise: '/ready names every dependency, and none is down',
    async run({ door }) {
      const { status, text } = await door.ask('/ready');
      const report = Report.safeParse(readJson(text));
      expectThat(report.success, `status ${status}, and no report of the dependencies`);
      const { dependencies } = report.data.data;
      const down = dependencies.filter((each) => each.status !== 'ok').map(({ name }) => name);
      expectThat(down.length === 0, `down: ${down.join(', ')}`);
      expectThat(status === 200 && report.data.data.status === 'ready', `status ${status}, ${report.data.data.status}`);
      expectThat(dependencies.length > 0, 'no dependency is named');
      return `${dependencies.length} dependencies`;
    },
  },
  {
    name: 'clock', promise: `the server's clock is within ${skewSeconds} s of ours`,
    async run({ door }) {
      const { headers } = await door.ask('/health');
      const told = Date.parse(headers.get('date') ?? '');
      expectThat(!Number.isNaN(told), 'no Date header');
      const skew = Math.round((told - Date.now()) / 1000);
      expectThat(Math.abs(skew) <= skewSeconds, `the clocks are ${skew} s apart: one-time codes and tokens will be refused`);
      return `${skew} s`;
    },
  },
];
