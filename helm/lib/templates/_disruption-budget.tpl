{{/* One pod may be away at a time; pods that are not ready anyway may always be evicted, so that a node can be drained. */}}
{{- define "voiceassist-lib.disruption-budget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "voiceassist-lib.service-labels" . | nindent 4 }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels: {{- include "voiceassist-lib.service-selector" . | nindent 6 }}
{{- end -}}
