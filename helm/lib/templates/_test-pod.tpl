{{/* Any image of the product has Node; the page's has not, so its test borrows one. */}}
{{- define "voiceassist-lib.test-script" -}}
const ask = async ([path, status]) => {
  const answer = await fetch('http://{{ .name }}:8080' + path, { signal: AbortSignal.timeout(5000) });
  if (answer.status !== status) throw new Error(path + ' answered ' + answer.status + ' instead of ' + status);
};
for (const each of {{ toJson .facts.checks }}) await ask(each);
{{- end -}}

{{- define "voiceassist-lib.test-pod" -}}
serviceAccountName: {{ .name }}
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
- name: test
  image: {{ include "voiceassist-lib.test-image" . }}
  imagePullPolicy: {{ .values.image.pullPolicy }}
  command: [node, --input-type=module, --eval]
  args:
  - |
    {{- include "voiceassist-lib.test-script" . | nindent 4 }}
  securityContext: {{- include "voiceassist-lib.container-security" . | nindent 4 }}
  resources:
    requests: { cpu: 50m, memory: 64Mi, ephemeral-storage: 16Mi }
    limits: { memory: 128Mi, ephemeral-storage: 64Mi }
  volumeMounts:
  - { name: scratch, mountPath: /tmp }
volumes:
- name: scratch
  emptyDir: { sizeLimit: 16Mi }
{{- end -}}

{{- define "voiceassist-lib.test-image" -}}
{{- if .facts.fixedSettings }}{{ include "voiceassist-lib.image" . }}
{{- else }}{{ with .values.image.registry }}{{ . }}/{{ end }}{{ .values.test.image.repository }}:{{ .values.image.tag | default .root.Chart.AppVersion }}{{ end -}}
{{- end -}}
