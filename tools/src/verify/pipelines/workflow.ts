import { existsSync } from 'node:fs';
import { z } from 'zod';

const Step = z.looseObject({ uses: z.string().optional(), run: z.string().optional(), with: z.record(z.string(), z.unknown()).optional() });
const Permissions = z.union([z.literal('read-all'), z.record(z.string(), z.enum(['read', 'write', 'none']))]);
const Job = z.looseObject({
  steps: z.array(Step).default([]), permissions: Permissions.optional(), 'timeout-minutes': z.number().optional(), environment: z.unknown().optional(),
});

/** What the checks read of a GitHub workflow. */
export const Workflow = z.looseObject({ name: z.string(), on: z.unknown(), permissions: Permissions.optional(), concurrency: z.unknown().optional(), jobs: z.record(z.string(), Job) });
export type Workflow = z.infer<typeof Workflow>;

export interface Fault {
  readonly job: string;
  readonly problem: string;
}

const pinned = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;
/** Values that people outside can choose: in a script they would be code. */
const injectable = /\$\{\{\s*(?:github\.(?:event|head_ref|ref_name|actor)|inputs|env)\b/;
/** What a `run` line may begin with: a script of ours, or one of few plain commands. */
const callsScript = /^(?:sudo --preserve-env=[\w,]+ )?(?:bash )?(?<script>\.ci\/run|tools\/ci\/[\w-]+\.sh)\b/;
const plainCommands = /^(?:cosign (?:sign|attest) |docker login |gh release create |helm registry login )/;

function faultsOfRun(run: string, root: string): string[] {
  const faults: string[] = [];
  if (injectable.test(run)) faults.push(`puts a value from outside into a script: ${run}`);
  for (const line of run.split('\n').map((each) => each.trim()).filter(Boolean)) {
    const script = callsScript.exec(line)?.groups?.['script'];
    if (script === undefined && !plainCommands.test(line)) faults.push(`does what no script does that a developer could call: ${line}`);
    if (script !== undefined && !existsSync(`${root}/${script}`)) faults.push(`calls ${script}, which does not exist`);
  }
  return faults;
}

function faultsOfStep(step: z.infer<typeof Step>, root: string): string[] {
  const faults = step.run === undefined ? [] : faultsOfRun(step.run, root);
  if (step.uses !== undefined && !step.uses.startsWith('./') && !pinned.test(step.uses)) faults.push(`${step.uses} is not pinned to a commit`);
  if (step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false) faults.push('checkout leaves its token behind');
  return faults;
}

function faultsOfTriggers(workflow: Workflow): string[] {
  const triggers = typeof workflow.on === 'object' && workflow.on !== null ? Object.keys(workflow.on) : [workflow.on].flat().map(String);
  return triggers.filter((trigger) => trigger === 'pull_request_target' || trigger === 'workflow_run').map((trigger) => `${trigger} runs code of strangers with our rights`);
}

/** Everything that is wrong with a workflow beyond what actionlint sees: rights, pins, scripts, limits of time. */
export function faultsOf(workflow: Workflow, root: string): Fault[] {
  const faults: Fault[] = faultsOfTriggers(workflow).map((problem) => ({ job: '*', problem }));
  const rights = workflow.permissions;
  if (rights === undefined || rights === 'read-all' || Object.values(rights).some((right) => right === 'write')) {
    faults.push({ job: '*', problem: 'permissions at the top are to be named and read-only' });
  }
  for (const [job, { steps, 'timeout-minutes': timeout }] of Object.entries(workflow.jobs)) {
    if (timeout === undefined) faults.push({ job, problem: 'has no timeout-minutes' });
    faults.push(...steps.flatMap((step) => faultsOfStep(step, root)).map((problem) => ({ job, problem })));
  }
  return faults;
}
