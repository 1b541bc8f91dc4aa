{{/* Names carry no release, so that services installed one by one find each other as under the umbrella. */}}
{{- define "voiceassist-lib.name" -}}
{{ .values.namePrefix }}-{{ .facts.service }}
{{- end -}}

{{- define "voiceassist-lib.secret-name" -}}
{{ .values.secret.name | default .name }}
{{- end -}}

{{- define "voiceassist-lib.image" -}}
{{- $image := .values.image -}}
{{- $tag := $image.tag | default .root.Chart.AppVersion -}}
{{- with $image.registry }}{{ . }}/{{ end }}{{ $image.repository }}{{ if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $tag }}{{ end }}
{{- end -}}
