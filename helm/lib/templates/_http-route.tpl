{{/* The public door. Only the http port is ever a backend; the numbers stay inside. */}}
{{- define "voiceassist-lib.http-route" -}}
{{- $route := .values.route -}}
{{- if and .facts.public $route.enabled -}}
{{- if not (and $route.parents $route.hostnames) }}{{ fail "route.parents names the Gateways, and route.hostnames names the hosts" }}{{ end -}}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "voiceassist-lib.service-labels" . | nindent 4 }}
spec:
  parentRefs:
  {{- range $route.parents }}
  - {{- toYaml . | nindent 4 }}
  {{- end }}
  hostnames: {{- toYaml $route.hostnames | nindent 2 }}
  rules:
  - matches:
    {{- range .facts.public }}
    - path: { type: PathPrefix, value: {{ . | quote }} }
    {{- end }}
    backendRefs:
    - { name: {{ .name }}, port: 8080 }
{{- end -}}
{{- end -}}
