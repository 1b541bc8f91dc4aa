import type { Container } from 'kubernetes-types/core/v1.js';
import { containersOf, nameOf, ofKind, podsOf, type Kinds, type KubernetesObject, type PodOf } from '../kubernetes-object.js';

/** What must hold for everything that a chart renders. */
export interface Rule {
  /** Said as what holds. */
  readonly name: string;
  /** The objects that break it. */
  faults(objects: readonly KubernetesObject[]): string[];
}

export type Objects = readonly KubernetesObject[];

/** A rule for every pod, whatever makes it. */
export const ofPods = (name: string, holds: (pod: PodOf, objects: Objects) => boolean): Rule => ({
  name,
  faults: (objects) => podsOf(objects).filter((pod) => !holds(pod, objects)).map(({ owner }) => nameOf(owner)),
});

/** A rule for the pods that serve. */
export const ofServingPods = (name: string, holds: (pod: PodOf, objects: Objects) => boolean): Rule =>
  ofPods(name, (pod, objects) => pod.owner.kind !== 'Deployment' || holds(pod, objects));

export const ofContainers = (name: string, holds: (container: Container, pod: PodOf) => boolean): Rule =>
  ofPods(name, (pod) => containersOf(pod).every((container) => holds(container, pod)));

export const ofServingContainers = (name: string, holds: (container: Container, pod: PodOf) => boolean): Rule =>
  ofServingPods(name, (pod) => containersOf(pod).every((container) => holds(container, pod)));

/** A rule for the objects of one kind. */
export const of = <K extends keyof Kinds>(kind: K, name: string, holds: (object: Kinds[K] & KubernetesObject, objects: Objects) => boolean): Rule => ({
  name,
  faults: (objects) => ofKind(objects, kind).filter((object) => !holds(object, objects)).map(nameOf),
});

/** A rule for every object. */
export const ofAll = (name: string, holds: (object: KubernetesObject, objects: Objects) => boolean): Rule => ({
  name,
  faults: (objects) => objects.filter((object) => !holds(object, objects)).map(nameOf),
});

export const matches = (selector: Readonly<Record<string, string>> | undefined, labels: Readonly<Record<string, string>>): boolean =>
  selector !== undefined && Object.keys(selector).length > 0 && Object.entries(selector).every(([key, value]) => labels[key] === value);
