import type { Container, Probe } from 'kubernetes-types/core/v1.js';
import { ofContainers, ofServingContainers, type Rule } from './rule.js';
import { isSecret } from './secret-names.js';

const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };
function bytesOf(quantity: string | undefined): number {
  const [, amount = '0', unit = ''] = /^([0-9.]+)([A-Za-z]*)$/.exec(String(quantity ?? '0')) ?? [];
  return Number(amount) * (units[unit] ?? Number.NaN);
}

/** `name:tag` or `name@digest`; a colon before a slash is the registry's port. */
function isPinned(image = ''): boolean {
  if (/@sha256:[a-f0-9]{64}$/.test(image)) return true;
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  return tag !== undefined && tag !== 'latest';
}

const probesOf = ({ startupProbe, livenessProbe, readinessProbe }: Container): Probe[] =>
  [startupProbe, livenessProbe, readinessProbe].filter((probe) => probe !== undefined);

export const containerRules: readonly Rule[] = [
  ofContainers('an image is named by tag or digest, never by latest', ({ image }) => isPinned(image)),
  ofContainers('the root file system is read-only', ({ securityContext }) => securityContext?.readOnlyRootFilesystem === true),
  ofContainers('a container cannot gain privileges', ({ securityContext }) => securityContext?.allowPrivilegeEscalation === false),
  ofContainers('a container is not privileged', ({ securityContext }) => securityContext?.privileged !== true),
  ofContainers('a container drops all capabilities', ({ securityContext }) => securityContext?.capabilities?.drop?.includes('ALL') === true),
  ofContainers('a container adds no capability', ({ securityContext }) => (securityContext?.capabilities?.add ?? []).length === 0),
  ofContainers('a container does not run as root either', ({ securityContext }) => securityContext?.runAsNonRoot === true && securityContext.runAsUser !== 0),
  ofContainers('a container keeps the system call filter', ({ securityContext }) => (securityContext?.seccompProfile?.type ?? 'RuntimeDefault') === 'RuntimeDefault'),
  ofContainers('a container keeps the masks over /proc', ({ securityContext }) => (securityContext?.procMount ?? 'Default') === 'Default'),
  ofContainers('a container asks for processor and memory', ({ resources }) => Boolean(resources?.requests?.cpu && resources.requests.memory)),
  ofContainers('memory has a limit', ({ resources }) => bytesOf(resources?.limits?.memory) > 0),
  ofContainers('local storage has a limit', ({ resources }) => bytesOf(resources?.limits?.['ephemeral-storage']) > 0),
  ofContainers('no more memory is asked for than allowed', ({ resources }) => bytesOf(resources?.requests?.memory) <= bytesOf(resources?.limits?.memory)),
  ofContainers('no port of the node is taken', ({ ports = [] }) => ports.every(({ hostPort }) => hostPort === undefined)),
  ofContainers('secrets come by reference', ({ env = [] }) => env.every(({ name, value }) => value === undefined || !isSecret(name))),
  ofContainers('a missing secret stops the pod', ({ env = [] }) => env.every(({ valueFrom }) => !valueFrom?.secretKeyRef?.optional)),
  ofContainers('there is room for temporary files', ({ volumeMounts = [] }) => volumeMounts.some(({ mountPath, readOnly }) => mountPath === '/tmp' && !readOnly)),
  ofContainers('no command runs inside a container from outside', (container) =>
    probesOf(container).every(({ exec }) => !exec) && !container.lifecycle?.preStop?.exec && !container.lifecycle?.postStart),
  ofServingContainers('starting, living and being ready are asked separately', (container) => probesOf(container).length === 3),
  ofServingContainers('living does not depend on others', ({ livenessProbe }) => livenessProbe?.httpGet?.path !== '/ready'),
  ofServingContainers('being ready depends on others', ({ readinessProbe, name }) => name === 'web' || readinessProbe?.httpGet?.path === '/ready'),
  ofServingContainers('a slow start is not taken for death', ({ startupProbe }) => (startupProbe?.failureThreshold ?? 3) * (startupProbe?.periodSeconds ?? 10) >= 30),
  ofServingContainers('every probe has a deadline', (container) => probesOf(container).every(({ timeoutSeconds }) => (timeoutSeconds ?? 0) >= 1)),
  ofServingContainers('a stopping pod first leaves the load balancers, without a shell', ({ lifecycle }) => (lifecycle?.preStop?.sleep?.seconds ?? 0) >= 1),
];
