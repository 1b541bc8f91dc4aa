{{- define "voiceassist-lib.service-monitor" -}}
{{- if and .facts.metrics .values.monitoring.enabled -}}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "voiceassist-lib.service-labels" . | nindent 4 }}
    {{- with .values.monitoring.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  selector:
    matchLabels: {{- include "voiceassist-lib.service-selector" . | nindent 6 }}
  namespaceSelector: { matchNames: [{{ .root.Release.Namespace }}] }
  endpoints:
  - port: metrics
    path: /metrics
    interval: {{ .values.monitoring.interval }}
    honorLabels: true
    relabelings:
    - { action: replace, targetLabel: job, replacement: voiceassist }
    - { action: replace, targetLabel: service, replacement: {{ .facts.service }} }
{{- end -}}
{{- end -}}
