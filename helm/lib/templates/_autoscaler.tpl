{{/* Up at once, down slowly: a pod that goes takes open sockets and running answers with it. */}}
{{- define "voiceassist-lib.autoscaler" -}}
{{- $scaling := .values.autoscaling -}}
{{- if $scaling.enabled -}}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "voiceassist-lib.service-labels" . | nindent 4 }}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{ .name }} }
  minReplicas: {{ $scaling.min }}
  maxReplicas: {{ $scaling.max }}
  metrics:
  - type: Resource
    resource:
      name: cpu
      target: { type: Utilization, averageUtilization: {{ $scaling.cpuPercent }} }
  {{- if and .facts.scaling .values.monitoring.enabled .values.monitoring.serviceMetric }}
  - type: Pods
    pods:
      metric: { name: {{ .facts.scaling.metric }} }
      target: { type: AverageValue, averageValue: {{ .facts.scaling.perPod | quote }} }
  {{- end }}
  behavior:
    scaleUp:
      stabilizationWindowSeconds: 0
      selectPolicy: Max
      policies:
      - { type: Percent, value: 100, periodSeconds: 30 }
      - { type: Pods, value: 2, periodSeconds: 30 }
    scaleDown:
      stabilizationWindowSeconds: 300
      selectPolicy: Min
      policies:
      - { type: Pods, value: 1, periodSeconds: 60 }
{{- end -}}
{{- end -}}
