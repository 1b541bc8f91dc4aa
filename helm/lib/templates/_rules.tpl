{{/*
The rules that promtool tests in infra/prometheus/rules, copied here by `npm run generate`; without those whose numbers
nobody makes here: backups by tools/deploy, and the door without a Probe.
*/}}
{{- define "voiceassist-lib.rules" -}}
{{- $files := .Files.Glob "rules/*.yaml" -}}
{{- if and .Values.rules.enabled (not $files) }}{{ fail "this chart carries no rules; leave rules.enabled off" }}{{ end -}}
{{- if .Values.rules.enabled -}}
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: voiceassist
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "voiceassist-lib.product-labels" . | nindent 4 }}
    {{- with .Values.rules.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  groups:
  {{- $off := list }}
  {{- range list "gateway" "auth" "users" "kb-indexer" "rag-orchestrator" "realtime" "integrations" "admin" }}
  {{- if not (get $.Values .).enabled }}{{ $off = append $off . }}{{ end }}
  {{- end }}
  {{- with $off }}
  # so that TargetMissing does not miss what was switched off
  - name: switched-off
    rules:
    {{- range . }}
    - { record: "service:switched_off:info", expr: vector(1), labels: { service: {{ . }} } }
    {{- end }}
  {{- end }}
  {{- $idle := dict "rules/server.yaml" (not .Values.rules.server) "rules/edge.yaml" (not .Values.probe.enabled) }}
  {{- range $path, $_ := $files }}
  {{- if get $idle $path }}{{ continue }}{{ end }}
  {{- (($.Files.Get $path) | fromYaml).groups | toYaml | nindent 2 }}
  {{- end }}
{{- end -}}
{{- end -}}
