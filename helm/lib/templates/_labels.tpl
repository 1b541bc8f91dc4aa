{{/* Which pods belong to a component of the service: `service`, `migration` or `test`. */}}
{{- define "voiceassist-lib.selector" -}}
app.kubernetes.io/name: {{ .scope.facts.service }}
app.kubernetes.io/part-of: voiceassist
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "voiceassist-lib.labels" -}}
{{ include "voiceassist-lib.selector" . }}
app.kubernetes.io/instance: {{ .scope.root.Release.Name }}
app.kubernetes.io/version: {{ .scope.root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .scope.root.Release.Service }}
helm.sh/chart: {{ .scope.root.Chart.Name }}-{{ .scope.root.Chart.Version }}
{{- end -}}

{{- define "voiceassist-lib.service-labels" -}}
{{ include "voiceassist-lib.labels" (dict "scope" . "component" "service") }}
{{- end -}}

{{- define "voiceassist-lib.service-selector" -}}
{{ include "voiceassist-lib.selector" (dict "scope" . "component" "service") }}
{{- end -}}
