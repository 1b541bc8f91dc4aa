{{/* The service's own image, asked to migrate and exit. It sees the database's secret and no other. */}}
{{- define "voiceassist-lib.migration-pod" -}}
serviceAccountName: {{ .name }}-migration
automountServiceAccountToken: false
enableServiceLinks: false
restartPolicy: Never
{{- with .values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
- { name: {{ . }} }
{{- end }}
{{- end }}
securityContext: {{- include "voiceassist-lib.pod-security" . | nindent 2 }}
containers:
- name: migration
  image: {{ include "voiceassist-lib.image" . }}
  imagePullPolicy: {{ .values.image.pullPolicy }}
  securityContext: {{- include "voiceassist-lib.container-security" . | nindent 4 }}
  env:
  - { name: MIGRATE_ONLY, value: "true" }
  - name: DATABASE_URL
    valueFrom: { secretKeyRef: { name: {{ include "voiceassist-lib.secret-name" . }}, key: DATABASE_URL } }
  resources:
    requests: { cpu: 100m, memory: 128Mi, ephemeral-storage: 16Mi }
    limits: { memory: 512Mi, ephemeral-storage: 64Mi }
  volumeMounts:
  - { name: scratch, mountPath: /tmp }
volumes:
- name: scratch
  emptyDir: { sizeLimit: 16Mi }
{{- end -}}
