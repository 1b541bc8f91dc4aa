{{/* The values in force: the library's defaults, over them the product's globals, over them the service's own. */}}
{{- define "voiceassist-lib.values" -}}
{{- $values := include "voiceassist-lib.defaults" . | fromYaml -}}
{{- $own := deepCopy (omit .root.Values "global") -}}
{{- $global := deepCopy (default dict .root.Values.global) -}}
{{- $settings := dict -}}
{{- range $name, $value := default dict $global.settings -}}
{{- if has $name $.facts.settings }}{{ $_ := set $settings $name $value }}{{ end -}}
{{- end -}}
{{- $_ := set $global "settings" $settings -}}
{{- mergeOverwrite $values $global $own | toYaml -}}
{{- end -}}

{{/* A setting as text; YAML numbers must not turn into 1e+06. */}}
{{- define "voiceassist-lib.text" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) }}{{ int64 . }}{{ else }}{{ toString . }}{{ end -}}
{{- end -}}
