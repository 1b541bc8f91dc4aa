{{/* Nothing in and nothing out but what follows from the contracts and the service's definition. */}}
{{- define "voiceassist-lib.from" -}}
{{- $network := .values.network }}
{{- range .facts.calledBy }}
- from:
  - {{- include "voiceassist-lib.own-pods" (dict "service" . "component" "service") | nindent 4 }}
  ports:
  - { protocol: TCP, port: http }
{{- end }}
{{- if .facts.public }}
- from:
  - {{- include "voiceassist-lib.pods-in" $network.edge | nindent 4 }}
  ports:
  - { protocol: TCP, port: http }
{{- end }}
{{- if .values.test.enabled }}
- from:
  - {{- include "voiceassist-lib.own-pods" (dict "service" .facts.service "component" "test") | nindent 4 }}
  ports:
  - { protocol: TCP, port: http }
{{- end }}
{{- if .facts.metrics }}
- from:
  - {{- include "voiceassist-lib.pods-in" $network.monitoring | nindent 4 }}
  ports:
  - { protocol: TCP, port: metrics }
{{- end }}
{{- end -}}

{{- define "voiceassist-lib.to" -}}
{{- $network := .values.network }}
{{- if .facts.fixedSettings }}
{{ include "voiceassist-lib.to-dns" . }}
{{- end }}
{{- range .facts.stores }}
{{- with get $network . }}
{{ include "voiceassist-lib.to-store" . }}
{{- end }}
{{- end }}
{{- range .facts.calls }}
- to:
  - {{- include "voiceassist-lib.own-pods" (dict "service" . "component" "service") | nindent 4 }}
  ports:
  - { protocol: TCP, port: http }
{{- end }}
{{- if get .values.settings "OTEL_EXPORTER_OTLP_ENDPOINT" }}
{{ include "voiceassist-lib.to-store" $network.collector }}
{{- end }}
{{- include "voiceassist-lib.to-outside" . }}
{{- end -}}

{{- define "voiceassist-lib.network-policy" -}}
{{- if .values.network.enabled -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "voiceassist-lib.service-labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels: {{- include "voiceassist-lib.service-selector" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress: {{- include "voiceassist-lib.from" . | trim | nindent 2 }}
  {{- with include "voiceassist-lib.to" . | trim }}
  egress: {{- . | nindent 2 }}
  {{- else }}
  egress: []
  {{- end }}
{{- end -}}
{{- end -}}
