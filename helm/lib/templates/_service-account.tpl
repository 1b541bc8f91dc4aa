{{/* An identity of the service's own; nothing in the product speaks to the Kubernetes interface, so there is no token. */}}
{{- define "voiceassist-lib.service-account" -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "voiceassist-lib.service-labels" . | nindent 4 }}
automountServiceAccountToken: false
{{- end -}}
