{{/* The rules that promtool tests in infra/prometheus/rules, copied here by `npm run generate`. */}}
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
  {{- range $path, $_ := $files }}
  {{- (($.Files.Get $path) | fromYaml).groups | toYaml | nindent 2 }}
  {{- end }}
{{- end -}}
{{- end -}}
