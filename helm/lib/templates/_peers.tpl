{{/* Pods of another namespace by their labels. */}}
{{- define "voiceassist-lib.pods-in" -}}
namespaceSelector:
  matchLabels: { kubernetes.io/metadata.name: {{ .namespace }} }
{{- with .labels }}
podSelector:
  matchLabels: {{- toYaml . | nindent 4 }}
{{- end }}
{{- end -}}

{{/* Pods of the product in the same namespace. */}}
{{- define "voiceassist-lib.own-pods" -}}
podSelector:
  matchLabels:
    app.kubernetes.io/part-of: voiceassist
    app.kubernetes.io/name: {{ .service }}
    app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "voiceassist-lib.to-store" -}}
- to:
  - {{- include "voiceassist-lib.pods-in" . | nindent 4 }}
  ports:
  - { protocol: TCP, port: {{ .port }} }
{{- end -}}

{{- define "voiceassist-lib.to-dns" -}}
- to:
  - {{- include "voiceassist-lib.pods-in" .values.network.dns | nindent 4 }}
  ports:
  - { protocol: UDP, port: 53 }
  - { protocol: TCP, port: 53 }
{{- end -}}
