{{/*
Every object of one service. A service chart includes this once; what is particular to the service stands in its
facts.yaml (generated from the contracts and settings classes) and in its values.
*/}}
{{- define "voiceassist-lib.all" -}}
{{- $scope := dict "facts" (.Files.Get "facts.yaml" | fromYaml) "root" . -}}
{{- $_ := set $scope "values" (include "voiceassist-lib.values" $scope | fromYaml) -}}
{{- $_ := set $scope "name" (include "voiceassist-lib.name" $scope) -}}
{{- $objects := list "service-account" "config-map" "external-secret" "deployment" "service" "disruption-budget" "autoscaler"
  "vertical-autoscaler" "network-policy" "service-monitor" "http-route" "ingress" "migration" "test" -}}
{{- range $objects -}}
{{- $text := include (printf "voiceassist-lib.%s" .) $scope | trim -}}
{{- if $text }}
---
{{ $text }}
{{- end -}}
{{- end }}
{{ end -}}
