{{/* The door as a browser meets it, asked by a blackbox exporter of the cluster; the rules `edge` live on its answers. */}}
{{- define "voiceassist-lib.probe" -}}
{{- $probe := .Values.probe -}}
{{- if $probe.enabled -}}
{{- if not (and $probe.prober $probe.targets) }}{{ fail "probe.prober names the blackbox exporter, and probe.targets names the addresses" }}{{ end -}}
apiVersion: monitoring.coreos.com/v1
kind: Probe
metadata:
  name: voiceassist-edge
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "voiceassist-lib.product-labels" . | nindent 4 }}
    {{- with $probe.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  jobName: edge
  interval: {{ $probe.interval }}
  module: {{ $probe.module }}
  prober: { url: {{ $probe.prober | quote }} }
  targets:
    staticConfig:
      static: {{- toYaml $probe.targets | nindent 6 }}
{{- end -}}
{{- end -}}
