export type JsonSchema = { [key: string]: unknown };

export const text: JsonSchema = { type: 'string' };
const on: JsonSchema = { type: 'boolean' };
const labels: JsonSchema = { type: 'object', additionalProperties: text };
const quantity: JsonSchema = { type: ['string', 'integer'], pattern: '^[0-9]+(\\.[0-9]+)?(m|k|Ki|Mi|Gi|Ti|M|G)?$' };
export const integer = (minimum: number, maximum: number): JsonSchema => ({ type: 'integer', minimum, maximum });

/** An object of which every key is known. */
export const closed = (properties: JsonSchema): JsonSchema => ({ type: 'object', additionalProperties: false, properties });

/** `latest` says nothing about what runs. */
const tag: JsonSchema = { type: 'string', pattern: '^([A-Za-z0-9_][A-Za-z0-9._-]{0,127})?$', not: { enum: ['latest'] } };
const image = (own: boolean): JsonSchema => closed({
  registry: text,
  ...(own ? { repository: { type: 'string', minLength: 1 }, digest: { type: 'string', pattern: '^(sha256:[a-f0-9]{64})?$' } } : {}),
  tag,
  pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
  pullSecrets: { type: 'array', items: text },
});

const place = closed({ namespace: { type: 'string', minLength: 1 }, labels });
const store = closed({ namespace: { type: 'string', minLength: 1 }, labels, port: integer(1, 65_535) });
const network = closed({ enabled: on, dns: place, edge: place, monitoring: place, collector: store, postgres: store, nats: store, redis: store, qdrant: store });
const monitoring = closed({ enabled: on, interval: { type: 'string', pattern: '^[0-9]+(s|m)$' }, labels, serviceMetric: on });
const amounts = closed({ cpu: quantity, memory: quantity, 'ephemeral-storage': quantity });
const route = closed({
  enabled: on,
  hostnames: { type: 'array', items: text },
  parents: { type: 'array', items: { ...closed({ name: text, namespace: text, sectionName: text }), required: ['name'] } },
});
const ingress = closed({ enabled: on, className: text, host: text, tlsSecret: text, annotations: labels });

/** Values that all service charts have alike. */
export function commonValues({ publicDoor, stores }: { publicDoor: boolean; stores: readonly string[] }): JsonSchema {
  return {
    enabled: on,
    // Helm gives every dependency a place in the values, a library too
    'voiceassist-lib': closed({ global: { type: 'object' } }),
    namePrefix: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,30}$' },
    replicas: integer(1, 100),
    image: image(true),
    resources: closed({ requests: amounts, limits: amounts }),
    stop: closed({ preStopSeconds: integer(1, 60), drainSeconds: integer(1, 120) }),
    startSeconds: integer(10, 1_800),
    scratch: quantity,
    podAnnotations: labels,
    priorityClassName: text,
    autoscaling: closed({ enabled: on, min: integer(1, 100), max: integer(1, 200), cpuPercent: integer(10, 100) }),
    verticalAutoscaling: closed({ enabled: on, mode: { enum: ['Off', 'Initial', 'Recreate'] } }),
    test: closed({ enabled: on, image: closed({ repository: text }) }),
    monitoring,
    network,
    ...(stores.includes('postgres') ? { migration: closed({ enabled: on, deadlineSeconds: integer(10, 7_200) }) } : {}),
    ...(stores.includes('blobs') ? { blobs: closed({ claim: text }) } : {}),
    ...(publicDoor ? { route, ingress } : {}),
  };
}

/** Values that one place gives to all services. */
export function globalValues(settings: JsonSchema): JsonSchema {
  return closed({
    namePrefix: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,30}$' }, image: image(false), settings, monitoring, network, route, ingress, blobs: closed({ claim: text }),
    secret: closed({ asFiles: on, external: closed({ enabled: on, store: text, storeKind: { enum: ['SecretStore', 'ClusterSecretStore'] }, refreshInterval: text }) }),
  });
}
