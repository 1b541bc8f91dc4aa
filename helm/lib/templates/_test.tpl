{{/* `helm test`: asks the service whether it is ready and one route whether it answers as it should. */}}
{{- define "voiceassist-lib.test" -}}
{{- if .values.test.enabled -}}
{{- $labels := dict "scope" . "component" "test" -}}
{{- if .values.network.enabled -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ .name }}-test
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "voiceassist-lib.labels" $labels | nindent 4 }}
spec:
  podSelector:
    matchLabels: {{- include "voiceassist-lib.selector" $labels | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress: []
  egress:
  {{- include "voiceassist-lib.to-dns" . | nindent 2 }}
  - to:
    - {{- include "voiceassist-lib.own-pods" (dict "service" .facts.service "component" "service") | nindent 6 }}
    ports:
    - { protocol: TCP, port: http }
---
{{- end }}
apiVersion: v1
kind: Pod
metadata:
  name: {{ .name }}-test
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "voiceassist-lib.labels" $labels | nindent 4 }}
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation
spec: {{- include "voiceassist-lib.test-pod" . | nindent 2 }}
{{- end -}}
{{- end -}}
