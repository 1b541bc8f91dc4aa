{{/* Longest stop: leave the load balancers, finish the work in hand, close the service, what is shared, and the server. */}}
{{- define "voiceassist-lib.grace-seconds" -}}
{{ add (int .values.stop.preStopSeconds) (mul 4 (int .values.stop.drainSeconds)) 5 }}
{{- end -}}

{{- define "voiceassist-lib.spread" -}}
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
- topologyKey: {{ . }}
  maxSkew: 1
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels: {{- include "voiceassist-lib.service-selector" $ | nindent 6 }}
{{- end }}
{{- end -}}

{{- define "voiceassist-lib.pod" -}}
serviceAccountName: {{ .name }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
- { name: {{ . }} }
{{- end }}
{{- end }}
terminationGracePeriodSeconds: {{ include "voiceassist-lib.grace-seconds" . }}
securityContext: {{- include "voiceassist-lib.pod-security" . | nindent 2 }}
topologySpreadConstraints: {{- include "voiceassist-lib.spread" . | trim | nindent 0 }}
containers:
- {{- include "voiceassist-lib.container" . | nindent 2 }}
volumes: {{- include "voiceassist-lib.volumes" . | nindent 0 }}
{{- end -}}
