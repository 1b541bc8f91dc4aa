import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const Step = z.looseObject({ uses: z.string().optional(), run: z.string().optional(), with: z.record(z.string(), z.unknown()).optional() });
const Permissions = z.union([z.literal('read-all'), z.record(z.string(), z.enum(['read', 'write', 'none']))]);
const Image = z.looseObject({ image: z.string() });
const Job = z.looseObject({
  uses: z.string().optional(), needs: z.union([z.string(), z.array(z.string())]).default([]).transform((names) => [names].flat()),
  steps: z.array(Step).default([]), permissions: Permissions.optional(), 'timeout-minutes': z.number().optional(), environment: z.unknown().optional(),
  container: Image.optional(), services: z.record(z.string(), Image).default({}), env: z.record(z.string(), z.unknown()).default({}),
});
export type Job = z.infer<typeof Job>;

/** What the checks read of a GitHub workflow. */
export const Workflow = z.looseObject({ name: z.string(), on: z.unknown(), permissions: Permissions.optional(), concurrency: z.unknown().optional(), jobs: z.record(z.string(), Job) });
export type Workflow = z.infer<typeof Workflow>;

export interface Fault {
  readonly job: string;
  readonly problem: string;
}

const pinned = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;
const byDigest = /:[\w.-]+@sha256:[0-9a-f]{64}$/;
/** Values that people outside can choose: in a script they would be code. */
const injectable = /\$\{\{\s*(?:github\.(?:event|head_ref|ref_name|actor)|inputs|env)\b/;
/** All that a `run` line may be: one script of ours, plain words and variables, and where its output goes. */
const callsScript = /^bash (?<script>\.ci\/run|tools\/ci\/[\w-]+\.sh)(?: (?:"\$\w+(?:\/[\w./-]+)?"|[\w./:=-]+))*(?: >> "\$GITHUB_OUTPUT"| > [\w./-]+)?$/;
/** The packages of the tests have the names and versions of this Debian, and no others. */
const debian = /^node:[\d.]+-bookworm@sha256:/;

function scriptOf(line: string): string | undefined {
  return callsScript.exec(line)?.groups?.['script'];
}
const linesOf = (run: string) => run.split('\n').map((each) => each.trim()).filter(Boolean);

function faultsOfRun(run: string, root: string): string[] {
  const faults: string[] = [];
  if (injectable.test(run)) faults.push(`puts a value from outside into a script: ${run}`);
  for (const line of linesOf(run)) {
    const script = scriptOf(line);
    if (script === undefined) faults.push(`does what no script does that a developer could call: ${line}`);
    else if (!existsSync(`${root}/${script}`)) faults.push(`calls ${script}, which does not exist`);
  }
  return faults;
}

function faultsOfStep(step: z.infer<typeof Step>, root: string): string[] {
  const faults = step.run === undefined ? [] : faultsOfRun(step.run, root);
  if (step.uses !== undefined && !pinned.test(step.uses)) faults.push(`${step.uses} is not pinned to a commit`);
  if (step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false) faults.push('checkout leaves its token behind');
  return faults;
}

/** Scripts that install servers do so from Debian's packages, as `npm test` does. */
function needsDebian({ steps }: Job, root: string): boolean {
  const scripts = steps.flatMap(({ run }) => linesOf(run ?? '')).map(scriptOf).filter((script) => script !== undefined && existsSync(`${root}/${script}`));
  return scripts.some((script) => script === '.ci/run' || readFileSync(`${root}/${script}`, 'utf8').includes('tools/bootstrap/servers.mjs'));
}

function faultsOfJob(job: Job, root: string): string[] {
  if (job.uses !== undefined) return existsSync(`${root}/${job.uses}`) ? [] : [`calls ${job.uses}, which does not exist`];
  const faults = job.steps.flatMap((step) => faultsOfStep(step, root));
  if (job['timeout-minutes'] === undefined) faults.push('has no timeout-minutes');
  const images = [...(job.container ? [job.container] : []), ...Object.values(job.services)].map(({ image }) => image);
  faults.push(...images.filter((image) => !byDigest.test(image)).map((image) => `${image} has no digest`));
  if (needsDebian(job, root) && !debian.test(job.container?.image ?? '')) faults.push('needs packages of Debian 12 and does not run on it');
  // the checkout belongs to the runner's account, in which git would see a stranger's
  if (job.container && job.env['GIT_CONFIG_KEY_0'] !== 'safe.directory') faults.push('runs in a container whose git does not trust the checkout');
  return faults;
}

function faultsOfTriggers(workflow: Workflow): string[] {
  const triggers = typeof workflow.on === 'object' && workflow.on !== null ? Object.keys(workflow.on) : [workflow.on].flat().map(String);
  return triggers.filter((trigger) => trigger === 'pull_request_target' || trigger === 'workflow_run').map((trigger) => `${trigger} runs code of strangers with our rights`);
}

/** Everything that is wrong with a workflow beyond what actionlint sees: rights, pins, scripts, machines, limits of time. */
export function faultsOf(workflow: Workflow, root: string): Fault[] {
  const faults: Fault[] = faultsOfTriggers(workflow).map((problem) => ({ job: '*', problem }));
  const rights = workflow.permissions;
  if (rights === undefined || rights === 'read-all' || Object.values(rights).some((right) => right === 'write')) {
    faults.push({ job: '*', problem: 'permissions at the top are to be named and read-only' });
  }
  for (const [name, job] of Object.entries(workflow.jobs)) faults.push(...faultsOfJob(job, root).map((problem) => ({ job: name, problem })));
  return faults;
}

/** Every job that has to end well before this one begins. */
export function jobsBefore(workflow: Workflow, name: string): Set<string> {
  const before = new Set<string>();
  const visit = (each: string): void => {
    for (const needed of workflow.jobs[each]?.needs ?? []) if (!before.has(needed)) visit((before.add(needed), needed));
  };
  visit(name);
  return before;
}
