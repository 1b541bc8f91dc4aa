{{/* What a value is when neither the service nor the product says so. docs/operations/kubernetes.md explains each. */}}
{{- define "voiceassist-lib.defaults" -}}
namePrefix: voiceassist
replicas: 2
image: { registry: "", repository: "voiceassist/{{ .facts.service }}", tag: "", digest: "", pullPolicy: IfNotPresent, pullSecrets: [] }
settings: {}
secret: { name: "", settings: [], files: [], certificate: "", asFiles: false, external: { enabled: false, store: "", storeKind: ClusterSecretStore, remoteKey: "", refreshInterval: 1h } }
blobs: { claim: "" }
resources:
  requests: { cpu: 100m, memory: 256Mi, ephemeral-storage: 64Mi }
  limits: { memory: 512Mi, ephemeral-storage: 512Mi }
stop: { preStopSeconds: 5, drainSeconds: 10 }
startSeconds: 120
scratch: 64Mi
podAnnotations: {}
priorityClassName: ""
autoscaling: { enabled: true, min: 2, max: 6, cpuPercent: 70 }
verticalAutoscaling: { enabled: false, mode: "Off" }
migration: { enabled: true, deadlineSeconds: 600 }
test: { enabled: true, image: { repository: voiceassist/gateway } }
route: { enabled: false, hostnames: [], parents: [] }
ingress: { enabled: false, className: "", host: "", tlsSecret: "", annotations: {} }
monitoring: { enabled: false, interval: 30s, labels: {}, serviceMetric: true }
egress: { enabled: {{ eq .facts.leaves "open" }}, ports: [443], cidrs: ["0.0.0.0/0", "::/0"], proxy: { namespace: "", labels: {}, port: 3128 } }
network:
  enabled: true
  dns: { namespace: kube-system, labels: { k8s-app: kube-dns } }
  edge: { namespace: gateway-system, labels: {} }
  monitoring: { namespace: monitoring, labels: { app.kubernetes.io/name: prometheus } }
  collector: { namespace: monitoring, labels: { app.kubernetes.io/name: opentelemetry-collector }, port: 4318 }
  postgres: { namespace: voiceassist-data, labels: { cnpg.io/cluster: voiceassist-postgres }, port: 5432 }
  nats: { namespace: voiceassist-data, labels: { app.kubernetes.io/name: nats }, port: 4222 }
  redis: { namespace: voiceassist-data, labels: { app.kubernetes.io/name: redis }, port: 6379 }
  qdrant: { namespace: voiceassist-data, labels: { app.kubernetes.io/name: qdrant }, port: 6333 }
{{- end -}}
