{{/* Out of the cluster: through a proxy where one is named, else to public addresses; never to private ones. */}}
{{- define "voiceassist-lib.to-outside" -}}
{{- $egress := .values.egress -}}
{{- if and (ne .facts.leaves "never") $egress.enabled }}
{{- if $egress.proxy.namespace }}
{{ include "voiceassist-lib.to-store" $egress.proxy }}
{{- else }}
- to:
  {{- range $egress.cidrs }}
  - ipBlock:
      cidr: {{ . | quote }}
      {{- if eq . "0.0.0.0/0" }}
      except: [10.0.0.0/8, 100.64.0.0/10, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16]
      {{- else if eq . "::/0" }}
      except: ["fc00::/7", "fe80::/10"]
      {{- end }}
  {{- end }}
  ports:
  {{- range $egress.ports }}
  - { protocol: TCP, port: {{ . }} }
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}
