{{/* Alive is asked without looking at what the service depends on; ready looks at it; starting may take its time. */}}
{{- define "voiceassist-lib.probes" -}}
startupProbe:
  httpGet: { path: {{ .facts.probes.started }}, port: http }
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: {{ div (int .values.startSeconds) 2 }}
livenessProbe:
  httpGet: { path: {{ .facts.probes.alive }}, port: http }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: { path: {{ .facts.probes.ready }}, port: http }
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
{{- end -}}

{{- define "voiceassist-lib.container" -}}
name: {{ .facts.service }}
image: {{ include "voiceassist-lib.image" . }}
imagePullPolicy: {{ .values.image.pullPolicy }}
securityContext: {{- include "voiceassist-lib.container-security" . | nindent 2 }}
ports:
- { name: http, containerPort: 8080, protocol: TCP }
{{- if .facts.metrics }}
- { name: metrics, containerPort: 9090, protocol: TCP }
{{- end }}
{{- if .facts.fixedSettings }}
envFrom:
- configMapRef: { name: {{ .name }} }
{{- end }}
{{- with include "voiceassist-lib.secret-env" . | trim }}
env: {{- . | nindent 0 }}
{{- end }}
resources: {{- toYaml .values.resources | nindent 2 }}
{{ include "voiceassist-lib.probes" . }}
lifecycle:
  preStop:
    sleep: { seconds: {{ .values.stop.preStopSeconds }} }
volumeMounts: {{- include "voiceassist-lib.mounts" . | nindent 0 }}
{{- end -}}
