{{/*
Gives each service its role and its schema, as the superuser, before the services migrate. Like a migration it comes
before everything else of a release, so it brings its own identity and its own way to the database, and goes afterwards.
*/}}
{{- define "voiceassist-lib.databases-head" -}}
metadata:
  name: {{ .scope.values.namePrefix }}-databases
  namespace: {{ .scope.root.Release.Namespace }}
  labels: {{- include "voiceassist-lib.labels" (dict "scope" .scope "component" "databases") | nindent 4 }}
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-weight: {{ .weight | quote }}
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}

{{- define "voiceassist-lib.databases-pod" -}}
serviceAccountName: {{ .values.namePrefix }}-databases
automountServiceAccountToken: false
enableServiceLinks: false
restartPolicy: Never
{{- with .values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
- { name: {{ . }} }
{{- end }}
{{- end }}
securityContext: {{- include "voiceassist-lib.pod-security" . | nindent 2 }}
containers:
- name: databases
  image: {{ include "voiceassist-lib.image" . }}
  imagePullPolicy: {{ .values.image.pullPolicy }}
  args: [main.js, databases]
  securityContext: {{- include "voiceassist-lib.container-security" . | nindent 4 }}
  env:
  - { name: POSTGRES_ADDRESS, value: {{ .databases.address | quote }} }
  - { name: POSTGRES_DATABASE, value: {{ .databases.name | quote }} }
  - { name: POSTGRES_SSLMODE, value: {{ .databases.sslMode | quote }} }
  resources:
    requests: { cpu: 50m, memory: 64Mi, ephemeral-storage: 16Mi }
    limits: { memory: 256Mi, ephemeral-storage: 64Mi }
  volumeMounts:
  - { name: scratch, mountPath: /tmp }
  - { name: passwords, mountPath: /secrets/installation, readOnly: true }
volumes:
- name: scratch
  emptyDir: { sizeLimit: 16Mi }
- name: passwords
  secret: { secretName: {{ .databases.secret }}, defaultMode: 288 }
{{- end -}}

{{- define "voiceassist-lib.databases" -}}
{{- if .Values.databases.enabled -}}
{{- $facts := dict "service" "operations" "leaves" "never" "settings" (list) "stores" (list "postgres") -}}
{{- $scope := dict "facts" $facts "root" . "databases" .Values.databases -}}
{{- $_ := set $scope "values" (include "voiceassist-lib.values" $scope | fromYaml) -}}
{{- $head := dict "scope" $scope "weight" "-30" -}}
apiVersion: v1
kind: ServiceAccount
{{ include "voiceassist-lib.databases-head" $head }}
automountServiceAccountToken: false
{{- if $scope.values.network.enabled }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
{{ include "voiceassist-lib.databases-head" $head }}
spec:
  podSelector:
    matchLabels: {{- include "voiceassist-lib.selector" (dict "scope" $scope "component" "databases") | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress: []
  egress:
  {{- include "voiceassist-lib.to-dns" $scope | nindent 2 }}
  {{- include "voiceassist-lib.to-store" $scope.values.network.postgres | nindent 2 }}
{{- end }}
---
apiVersion: batch/v1
kind: Job
{{ include "voiceassist-lib.databases-head" (dict "scope" $scope "weight" "-20") }}
spec:
  backoffLimit: 3
  activeDeadlineSeconds: 300
  ttlSecondsAfterFinished: 86400
  template:
    metadata:
      labels: {{- include "voiceassist-lib.labels" (dict "scope" $scope "component" "databases") | nindent 8 }}
    spec: {{- include "voiceassist-lib.databases-pod" $scope | nindent 6 }}
{{- end -}}
{{- end -}}
