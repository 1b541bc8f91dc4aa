{{- define "voiceassist-lib.mounts" -}}
- { name: scratch, mountPath: /tmp }
{{- if has "blobs" .facts.stores }}
- { name: blobs, mountPath: /var/lib/voiceassist/blobs }
{{- end }}
{{- if include "voiceassist-lib.secret-files" . | trim }}
- { name: secrets, mountPath: /etc/voiceassist/secrets, readOnly: true }
{{- end }}
{{- if .values.secret.certificate }}
- { name: certificate, mountPath: /etc/voiceassist/tls, readOnly: true }
{{- end }}
{{- end -}}

{{/* Files of the product need a claim that all replicas share; without one they last as long as the pod. */}}
{{- define "voiceassist-lib.volumes" -}}
- name: scratch
  emptyDir: { sizeLimit: {{ .values.scratch }} }
{{- if has "blobs" .facts.stores }}
- name: blobs
  {{- if .values.blobs.claim }}
  persistentVolumeClaim: { claimName: {{ .values.blobs.claim }} }
  {{- else }}
  emptyDir: { sizeLimit: 1Gi }
  {{- end }}
{{- end }}
{{- with include "voiceassist-lib.secret-files" . | trim }}
- name: secrets
  secret:
    secretName: {{ include "voiceassist-lib.secret-name" $ }}
    defaultMode: 288
    items: {{- . | nindent 4 }}
{{- end }}
{{- with .values.secret.certificate }}
- name: certificate
  secret: { secretName: {{ . }}, defaultMode: 288 }
{{- end }}
{{- end -}}
