{{- define "voiceassist-lib.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "voiceassist-lib.service-labels" . | nindent 4 }}
spec:
  type: ClusterIP
  selector: {{- include "voiceassist-lib.service-selector" . | nindent 4 }}
  ports:
  - { name: http, port: 8080, targetPort: http, protocol: TCP }
  {{- if .facts.metrics }}
  - { name: metrics, port: 9090, targetPort: metrics, protocol: TCP }
  {{- end }}
{{- end -}}
