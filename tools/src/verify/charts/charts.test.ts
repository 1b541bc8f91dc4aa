import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { alertGroups } from '../../observability/alerts/all-alerts.js';
import { recordingGroups, switchedOff } from '../../observability/recording-rules.js';
import { renderMatrix } from '../../generate/charts/network-matrix.js';
import { renderedReach } from './rendered-reach.js';
import { helmVersions, type HelmVersion } from './helm-binaries.js';
import { HelmWorkspace, objectsIn, type Scenario } from './helm-workspace.js';
import { ofKind, type KubernetesObject } from './kubernetes-object.js';
import { twoReplicas } from './rules/availability-rules.js';
import { breakAt, breaches } from './rules/breaches.js';
import { policyPack } from './rules/policy-pack.js';
import { isAllowed, type Place } from './network-policies.js';
import { typeFaults } from './type-check.js';

/** Scenarios that break a rule on purpose. */
const exceptions: Readonly<Record<string, readonly string[]>> = { 'charts/users small.yaml': [twoReplicas] };

interface Rendered {
  readonly name: string;
  readonly text: string;
  readonly objects: KubernetesObject[];
}

async function eachInTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

describe('the charts', () => {
  const spaces = new Map<HelmVersion, HelmWorkspace>();
  const rendered = new Map<HelmVersion, Rendered[]>();
  const faults: string[] = [];

  async function prepare(space: HelmWorkspace): Promise<void> {
    const need = async (what: string, ...parameters: string[]) => {
      const { ok, output, errors } = await space.run(...parameters);
      if (!ok) faults.push(`${space.version} ${what}: ${output}${errors}`);
    };
    for (const chart of await space.charts()) {
      await need(`dependencies of ${chart}`, 'dependency', 'build', '--skip-refresh', chart);
      await need(`lint of ${chart}`, 'lint', '--strict', chart);
    }
    rendered.set(space.version, await eachInTurn(await space.scenarios(), async (scenario: Scenario) => {
      const name = `${scenario.chart} ${scenario.name}`;
      const { ok, output, errors } = await space.template(scenario);
      if (!ok) faults.push(`${space.version} ${name}: ${errors}`);
      return { name, text: output, objects: objectsIn(output) };
    }));
  }

  const of = (name: string) => rendered.get('helm4')?.find((each) => each.name === name)?.objects ?? [];
  const umbrella = () => of('voiceassist default');

  beforeAll(async () => {
    for (const version of helmVersions) {
      const space = await HelmWorkspace.open(version);
      if (!space) throw new Error(`The npm package with ${version} is not installed`);
      spaces.set(version, space);
    }
    await Promise.all([...spaces.values()].map(prepare));
  }, 300_000);
  afterAll(() => Promise.all([...spaces.values()].map((space) => space.close())));

  it('build, lint strictly and render with Helm 3 and Helm 4', () => {
    expect(faults).toEqual([]);
    expect(rendered.get('helm3')?.length).toBeGreaterThan(20);
  });

  it('render the same with both', () => {
    expect(rendered.get('helm4')?.map(({ name }) => name)).toEqual(rendered.get('helm3')?.map(({ name }) => name));
    const other = new Map(rendered.get('helm3')?.map(({ name, text }) => [name, text]));
    expect(rendered.get('helm4')?.filter(({ name, text }) => other.get(name) !== text).map(({ name }) => name)).toEqual([]);
  });

  it('under the umbrella render what each service renders alone', () => {
    const names = (objects: KubernetesObject[]) => objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`).sort();
    const alone = (rendered.get('helm4') ?? []).filter(({ name }) => name.startsWith('charts/') && name.endsWith(' default')).flatMap(({ objects }) => objects);
    const own = ['NetworkPolicy/voiceassist-default-deny', 'PersistentVolumeClaim/voiceassist-blobs'];
    expect(names(umbrella()).filter((name) => !own.includes(name))).toEqual(names(alone));
  });

  const refused: [string, string, ...string[]][] = [
    ['a value with a typo', 'auth', 'replica=3'],
    ['a setting with a typo', 'auth', 'settings.AUTH_ISSUR=x'],
    ['a setting of another service', 'users', 'settings.LLM_URL=https://x.example/v1'],
    ['a number that is none', 'auth', 'settings.AUTH_SESSION_HOURS=long'],
    ['a number out of bounds', 'gateway', 'settings.READINESS_TIMEOUT_MS=0'],
    ['a choice that is none', 'auth', 'settings.AUTH_REGISTRATION=maybe'],
    ['a list where a value belongs', 'auth', 'settings.AUTH_ISSUER={a,b}'],
    ['a count of the wrong type', 'auth', 'autoscaling.min=many'],
    ['the tag latest', 'auth', 'image.tag=latest'],
    ['the tag latest for all', 'auth', 'global.image.tag=latest'],
    ['a digest that is none', 'auth', 'image.digest=sha256:1234'],
    ['a secret in clear', 'auth', 'settings.DATABASE_URL=postgres:' + '//va_auth:open@host/db'],
    ['a secret of another service', 'users', 'secret.settings={SMTP_URL}'],
    ['a port that the platform decides', 'auth', 'settings.PORT=80'],
    ['a way out for a service that may not leave', 'users', 'egress.enabled=true'],
    ['a public route for an inner service', 'users', 'route.enabled=true'],
    ['a route without a host', 'gateway', 'route.enabled=true'],
    ['external secrets without a store', 'auth', 'secret.external.enabled=true'],
    ['a typo in the globals', 'auth', 'global.netwrk.enabled=true'],
  ];
  it.each(refused)('refuse %s, with both', async (_what, chart, value) => {
    for (const space of spaces.values()) {
      const { ok, errors } = await space.template({ chart: `charts/${chart}`, name: 'default' }, '--set', value);
      expect({ version: space.version, ok }).toEqual({ version: space.version, ok: false });
      expect(errors).toMatch(/values don't meet|names the/);
    }
  });

  it.each([['a service with a typo', 'usrs.enabled=true'], ['a typo in a service', 'users.replica=3'], ['a setting nobody has', 'global.settings.LOG_LEVL=info'], ['a wrong setting for all', 'global.settings.LOG_LEVEL=loud'], ['a probe that asks nobody', 'probe.enabled=true']])('refuse %s under the umbrella', async (_what, value) => {
    for (const space of spaces.values()) expect((await space.template({ chart: 'voiceassist', name: 'default' }, '--set', value)).ok).toBe(false);
  });

  it('carry the alert rules, or say that there are none', async () => {
    const carried = existsSync(new URL('../../../../helm/voiceassist/rules', import.meta.url));
    const { ok, output, errors } = await (spaces.get('helm4') as HelmWorkspace).template({ chart: 'voiceassist', name: 'default' }, '--set', 'rules.enabled=true'); // opened above
    expect({ ok, errors: ok ? '' : errors }).toEqual({ ok: carried, errors: carried ? '' : expect.stringContaining('carries no rules') });
    const rules = ofKind(objectsIn(output), 'PrometheusRule');
    expect(rules).toHaveLength(carried ? 1 : 0);
    expect(await typeFaults(rules)).toEqual([]);
  }, 60_000);

  it.each([
    [[], ['edge', 'server']],
    [['rules.server=true'], ['edge']],
    [['probe.enabled=true', 'probe.prober=blackbox.monitoring:9115', 'probe.targets={https://assistant.example.org/health}'], ['server']],
  ])('carry with %j every rule but those of %j, whose numbers nobody makes there', async (values, left) => {
    const set = ['rules.enabled=true', ...values].flatMap((value) => ['--set', value]);
    const { output } = await (spaces.get('helm4') as HelmWorkspace).template({ chart: 'voiceassist', name: 'default' }, ...set); // opened above
    const [rules] = ofKind(objectsIn(output), 'PrometheusRule');
    const groups = rules?.spec.groups ?? [];
    const wanted = [...Object.keys(recordingGroups), ...alertGroups.map(({ name }) => name)].filter((name) => !left.includes(name));
    expect(groups.map(({ name }) => name).sort()).toEqual(wanted.sort());
    const switches = groups.flatMap(({ rules: all }) => all).filter(({ alert }) => alert === 'DeadMansSwitch');
    expect(switches.map(({ expr }) => expr)).toEqual(['vector(1)']);
    const probes = ofKind(objectsIn(output), 'Probe');
    expect(probes.map(({ spec }) => [spec.jobName, spec.targets.staticConfig?.static])).toEqual(left.includes('edge') ? [] : [['edge', ['https://assistant.example.org/health']]]);
  }, 60_000);

  it('do not let the rules miss a service that is switched off', () => {
    const [rules] = ofKind(of('voiceassist ingress.yaml'), 'PrometheusRule');
    const all = rules?.spec.groups.flatMap((group) => group.rules) ?? [];
    expect(all.filter(({ record }) => record === switchedOff).map(({ expr, labels }) => [expr, labels])).toEqual([['vector(1)', { service: 'integrations' }]]);
    expect(all.find(({ alert }) => alert === 'TargetMissing')?.expr).toContain(`unless on (service) ${switchedOff}`);
  });

  it('render only fields that exist, with values of their types', async () => {
    const all = (rendered.get('helm4') ?? []).flatMap(({ objects }) => objects);
    const once = [...new Map(all.map((object) => [JSON.stringify(object), object])).values()];
    expect(once.length).toBeGreaterThan(150);
    expect(await typeFaults(once)).toEqual([]);
  }, 300_000);

  it('that check finds a typo, a wrong type and a wrong version of a foreign resource', async () => {
    const broken = structuredClone([...of('charts/gateway full.yaml')]);
    const first = (kind: string) => broken.find((object) => object.kind === kind) ?? {};
    breakAt(first('Deployment'), 'spec.template.spec.containers.0.containrPort', 80);
    breakAt(first('Service'), 'spec.ports.0.port', '8080');
    breakAt(first('HTTPRoute'), 'apiVersion', 'gateway.networking.k8s.io/v1alpha2');
    const found = await typeFaults(broken);
    expect(found.map((line) => /error (TS\d+)/.exec(line)?.[1]).sort()).toEqual(['TS2322', 'TS2322', 'TS2353']);
  }, 300_000);

  it('keep every rule of the policy pack in every scenario', () => {
    const broken = (rendered.get('helm4') ?? []).flatMap(({ name, objects }) =>
      policyPack.filter((rule) => !exceptions[name]?.includes(rule.name)).flatMap((rule) => rule.faults(objects).map((object) => `${name}: ${object}: ${rule.name}`)));
    expect(broken).toEqual([]);
  });

  it('the pack has forty rules and more, each with an object that breaks it', () => {
    const names = policyPack.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(40);
    expect(breaches.map(([rule]) => rule).sort()).toEqual([...names].sort());
  });

  it.each(breaches)('the pack notices: not %s (%s, %s)', (...breach) => {
    const [rule, kind, path, value] = breach;
    const claim = ofKind(umbrella(), 'PersistentVolumeClaim');
    const specimens = structuredClone([...of('charts/gateway full.yaml'), ...of('charts/auth default').filter(({ metadata }) => metadata.name?.includes('auth')), ...claim]);
    const check = policyPack.find(({ name }) => name === rule);
    expect(check?.faults(specimens)).toEqual([]);
    breakAt(specimens.find((object) => object.kind === kind) ?? {}, path, value);
    expect(check?.faults(specimens)).not.toEqual([]);
  });

  it('let the job that makes roles and schemas reach the database and its name, from both sides, and nothing else', async () => {
    const objects = of('voiceassist gateway-api.yaml');
    const [job] = ofKind(objects, 'Job').filter(({ metadata }) => metadata.name === 'voiceassist-databases');
    const labels = job?.spec?.template.metadata?.labels ?? {};
    const inNamespace = (namespace: string, own: Readonly<Record<string, string>>) => ({ name: namespace, address: '10.42.0.9', pod: { namespace, namespaceLabels: { 'kubernetes.io/metadata.name': namespace }, labels: own } });
    const places: readonly (readonly [string, Place, number])[] = [
      ['postgres', inNamespace('voiceassist-data', { 'cnpg.io/cluster': 'voiceassist-postgres' }), 5432], ['nats', inNamespace('voiceassist-data', { 'app.kubernetes.io/name': 'nats' }), 4222],
      ['redis', inNamespace('voiceassist-data', { 'app.kubernetes.io/name': 'redis' }), 6379], ['qdrant', inNamespace('voiceassist-data', { 'app.kubernetes.io/name': 'qdrant' }), 6333],
      ['auth', inNamespace('voiceassist', { 'app.kubernetes.io/name': 'auth', 'app.kubernetes.io/part-of': 'voiceassist', 'app.kubernetes.io/component': 'service' }), 8080],
      ['names', inNamespace('kube-system', { 'k8s-app': 'kube-dns' }), 53], ['world', { name: 'world', address: '198.51.100.20' }, 443],
    ];
    const policies = [...ofKind(objects, 'NetworkPolicy'), ...ofKind(objectsIn(readFileSync(new URL('../../../../helm/data-policies.yaml', import.meta.url), 'utf8')), 'NetworkPolicy')];
    const reached = places.filter(([, to, port]) => isAllowed(policies, { from: inNamespace('voiceassist', labels), to, port: { protocol: 'TCP', port } }));
    expect(reached.map(([name]) => name)).toEqual(['postgres', 'names']);
    // before the migrations, which need the roles
    const weightOf = (name: string) => Number(ofKind(objects, 'Job').find(({ metadata }) => metadata.name === name)?.metadata.annotations?.['helm.sh/hook-weight']);
    expect(weightOf('voiceassist-databases')).toBeLessThan(weightOf('voiceassist-auth-migration'));
  });

  it('let pods reach exactly what the contracts and definitions demand', () => {
    const policies = ofKind(umbrella(), 'NetworkPolicy');
    const wanted = readFileSync(new URL('../../../../helm/network-matrix.md', import.meta.url), 'utf8');
    expect(renderMatrix(renderedReach(umbrella(), policies))).toBe(wanted);
    // and one opening too many is seen
    const open = structuredClone(policies).map((policy) => (policy.metadata.name === 'voiceassist-web' ? { ...policy, spec: { ...policy.spec, podSelector: {}, egress: [{}] } } : policy));
    expect(renderMatrix(renderedReach(umbrella(), open))).not.toBe(wanted);
  });
});
