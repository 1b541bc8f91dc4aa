{{/* For clusters without the Gateway API. */}}
{{- define "voiceassist-lib.ingress" -}}
{{- $ingress := .values.ingress -}}
{{- if and .facts.public $ingress.enabled -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "voiceassist-lib.service-labels" . | nindent 4 }}
  {{- with $ingress.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  ingressClassName: {{ required "ingress.className names the controller" $ingress.className }}
  tls:
  - hosts: [{{ required "ingress.host names the host" $ingress.host }}]
    secretName: {{ required "ingress.tlsSecret holds the certificate" $ingress.tlsSecret }}
  rules:
  - host: {{ $ingress.host }}
    http:
      paths:
      {{- range .facts.public }}
      - path: {{ . | quote }}
        pathType: Prefix
        backend: { service: { name: {{ $.name }}, port: { name: http } } }
      {{- end }}
{{- end -}}
{{- end -}}
