{{/* Settings that are no secrets. The ones the platform decides are not open to values. */}}
{{- define "voiceassist-lib.settings" -}}
{{- $fixed := dict "HOST" "0.0.0.0" "PORT" "8080" "METRICS_PORT" "9090" "SHUTDOWN_DELAY_MS" "0"
  "SHUTDOWN_TIMEOUT_MS" (mul 1000 (int .values.stop.drainSeconds) | toString) "BLOB_URL" "file:/var/lib/voiceassist/blobs" -}}
{{- $settings := dict -}}
{{- range $name, $value := $fixed -}}
{{- if has $name $.facts.fixedSettings }}{{ $_ := set $settings $name $value }}{{ end -}}
{{- end -}}
{{- range $name, $value := .values.settings }}{{ $_ := set $settings $name (include "voiceassist-lib.text" $value) }}{{ end -}}
{{- toYaml $settings -}}
{{- end -}}

{{- define "voiceassist-lib.config-map" -}}
{{- if .facts.fixedSettings -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "voiceassist-lib.service-labels" . | nindent 4 }}
data: {{- include "voiceassist-lib.settings" . | nindent 2 }}
{{- end -}}
{{- end -}}
