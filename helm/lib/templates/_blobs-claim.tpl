{{/* Kept when the release is removed: it holds what people uploaded. */}}
{{- define "voiceassist-lib.blobs-claim" -}}
{{- if .Values.blobsClaim.create -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ required "global.blobs.claim names the claim" .Values.global.blobs.claim }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "voiceassist-lib.product-labels" . | nindent 4 }}
  annotations:
    helm.sh/resource-policy: keep
spec:
  accessModes: [ReadWriteMany]
  {{- with .Values.blobsClaim.storageClass }}
  storageClassName: {{ . }}
  {{- end }}
  resources:
    requests: { storage: {{ .Values.blobsClaim.size }} }
{{- end -}}
{{- end -}}
