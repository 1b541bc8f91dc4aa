{{/* Lets the External Secrets operator fill the Secret from a vault, one property per setting. */}}
{{- define "voiceassist-lib.external-secret" -}}
{{- $external := .values.secret.external -}}
{{- $keys := concat .values.secret.settings .values.secret.files -}}
{{- if and $external.enabled $keys -}}
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: {{ include "voiceassist-lib.secret-name" . }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "voiceassist-lib.service-labels" . | nindent 4 }}
spec:
  refreshInterval: {{ $external.refreshInterval }}
  secretStoreRef: { kind: {{ $external.storeKind }}, name: {{ required "secret.external.store names the store" $external.store }} }
  target: { name: {{ include "voiceassist-lib.secret-name" . }}, creationPolicy: Owner, deletionPolicy: Retain }
  data:
  {{- range $keys }}
  - secretKey: {{ . }}
    remoteRef: { key: {{ $external.remoteKey | default $.name }}, property: {{ . }} }
  {{- end }}
{{- end -}}
{{- end -}}
