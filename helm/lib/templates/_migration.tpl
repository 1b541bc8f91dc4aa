{{/*
Brings the schema to the release's version before its pods start. Hooks come before everything else of a release, so the
job brings its own identity and its own way to the database. Services migrate at their start too, under the same lock;
where the Secret is made by this very release, the first installation leaves it to them.
*/}}
{{- define "voiceassist-lib.hook" -}}
helm.sh/hook: {{ ternary "post-install,pre-upgrade" "pre-install,pre-upgrade" .scope.values.secret.external.enabled }}
helm.sh/hook-weight: {{ .weight | quote }}
helm.sh/hook-delete-policy: {{ .delete }}
{{- end -}}

{{- define "voiceassist-lib.migration-head" -}}
metadata:
  name: {{ .scope.name }}-migration
  namespace: {{ .scope.root.Release.Namespace }}
  labels: {{- include "voiceassist-lib.labels" (dict "scope" .scope "component" "migration") | nindent 4 }}
  annotations: {{- include "voiceassist-lib.hook" . | nindent 4 }}
{{- end -}}

{{- define "voiceassist-lib.migration" -}}
{{- if and (has "postgres" .facts.stores) .values.migration.enabled -}}
apiVersion: v1
kind: ServiceAccount
{{ include "voiceassist-lib.migration-head" (dict "scope" . "weight" "-10" "delete" "before-hook-creation,hook-succeeded") }}
automountServiceAccountToken: false
{{- if .values.network.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
{{ include "voiceassist-lib.migration-head" (dict "scope" . "weight" "-10" "delete" "before-hook-creation,hook-succeeded") }}
spec:
  podSelector:
    matchLabels: {{- include "voiceassist-lib.selector" (dict "scope" . "component" "migration") | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress: []
  egress:
  {{- include "voiceassist-lib.to-dns" . | nindent 2 }}
  {{- include "voiceassist-lib.to-store" .values.network.postgres | nindent 2 }}
{{- end }}
---
apiVersion: batch/v1
kind: Job
{{ include "voiceassist-lib.migration-head" (dict "scope" . "weight" "0" "delete" "before-hook-creation,hook-succeeded") }}
spec:
  backoffLimit: 3
  activeDeadlineSeconds: {{ .values.migration.deadlineSeconds }}
  ttlSecondsAfterFinished: 86400
  template:
    metadata:
      labels: {{- include "voiceassist-lib.labels" (dict "scope" . "component" "migration") | nindent 8 }}
    spec: {{- include "voiceassist-lib.migration-pod" . | nindent 6 }}
{{- end -}}
{{- end -}}
