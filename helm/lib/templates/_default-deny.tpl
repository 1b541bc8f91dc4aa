{{- define "voiceassist-lib.default-deny" -}}
{{- if .Values.defaultDeny -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: voiceassist-default-deny
  namespace: {{ .Release.Namespace }}
  labels: {{- include "voiceassist-lib.product-labels" . | nindent 4 }}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
{{- end -}}
{{- end -}}
