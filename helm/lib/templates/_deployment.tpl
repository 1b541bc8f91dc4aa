{{- define "voiceassist-lib.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "voiceassist-lib.service-labels" . | nindent 4 }}
spec:
  {{- if not .values.autoscaling.enabled }}
  replicas: {{ .values.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  progressDeadlineSeconds: 600
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
  selector:
    matchLabels: {{- include "voiceassist-lib.service-selector" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "voiceassist-lib.service-labels" . | nindent 8 }}
      annotations:
        checksum/settings: {{ include "voiceassist-lib.settings" . | sha256sum }}
        checksum/secret-references: {{ toYaml .values.secret | sha256sum }}
        {{- with .values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec: {{- include "voiceassist-lib.pod" . | nindent 6 }}
{{- end -}}
