{{/* Only recommends unless told otherwise: together with the horizontal autoscaler on CPU it may not change CPU. */}}
{{- define "voiceassist-lib.vertical-autoscaler" -}}
{{- if .values.verticalAutoscaling.enabled -}}
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels: {{- include "voiceassist-lib.service-labels" . | nindent 4 }}
spec:
  targetRef: { apiVersion: apps/v1, kind: Deployment, name: {{ .name }} }
  updatePolicy: { updateMode: {{ .values.verticalAutoscaling.mode | quote }} }
  resourcePolicy:
    containerPolicies:
    - { containerName: {{ .facts.service }}, controlledResources: [memory] }
{{- end -}}
{{- end -}}
