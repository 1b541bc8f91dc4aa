{{/* What belongs to the product and to no single service. */}}
{{- define "voiceassist-lib.product" -}}
{{- range list "default-deny" "blobs-claim" "databases" "rules" "probe" -}}
{{- $text := include (printf "voiceassist-lib.%s" .) $ | trim -}}
{{- if $text }}
---
{{ $text }}
{{- end -}}
{{- end }}
{{ end -}}

{{- define "voiceassist-lib.product-labels" -}}
app.kubernetes.io/name: voiceassist
app.kubernetes.io/part-of: voiceassist
app.kubernetes.io/component: product
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}
