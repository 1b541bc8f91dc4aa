{{/* Secret settings, by reference only: from keys of one Secret that are called like the settings. */}}
{{- define "voiceassist-lib.secret-env" -}}
{{- $secret := .values.secret -}}
{{- range $secret.settings }}
{{- if $secret.asFiles }}
- { name: {{ . }}_FILE, value: /etc/voiceassist/secrets/{{ . }} }
{{- else }}
- name: {{ . }}
  valueFrom: { secretKeyRef: { name: {{ include "voiceassist-lib.secret-name" $ }}, key: {{ . }} } }
{{- end }}
{{- end }}
{{- range $secret.files }}
- { name: {{ . }}, value: /etc/voiceassist/secrets/{{ . }} }
{{- end }}
{{- if $secret.certificate }}
- { name: NATS_TLS_CA_FILE, value: /etc/voiceassist/tls/ca.crt }
- { name: NATS_TLS_CERT_FILE, value: /etc/voiceassist/tls/tls.crt }
- { name: NATS_TLS_KEY_FILE, value: /etc/voiceassist/tls/tls.key }
{{- end }}
{{- end -}}

{{/* Keys of the Secret that the pod sees as files. */}}
{{- define "voiceassist-lib.secret-files" -}}
{{- $secret := .values.secret -}}
{{- range (ternary (concat $secret.settings $secret.files) $secret.files $secret.asFiles) }}
- { key: {{ . }}, path: {{ . }} }
{{- end }}
{{- end -}}
