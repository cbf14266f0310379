{{/* What a server that the chart asks for allows; 0: nobody said so. */}}
{{- define "orleans-shop.maxConnections" -}}
{{- if .Values.database.maxConnections -}}
{{- int .Values.database.maxConnections -}}
{{- else -}}
{{- get (dict "external" "0" "cnpg" "200" "demo" "200") .Values.database.mode -}}
{{- end -}}
{{- end -}}

{{/* The most connections that silos and APIs may have, one of each more than wanted while they are replaced. */}}
{{- define "orleans-shop.connections" -}}
{{- $pool := int .Values.database.poolSize -}}
{{- $silos := add1 (include "orleans-shop.mostReplicas" (dict "root" . "component" "silo") | int) -}}
{{- $apis := add1 (include "orleans-shop.mostReplicas" (dict "root" . "component" "api") | int) -}}
{{- add (mul $silos (add 37 $pool)) (mul $apis $pool) -}}
{{- end -}}

{{/* As the operator's own image needs it: its files are written at the start. */}}
{{- define "orleans-shop.brokerSecurity" -}}
allowPrivilegeEscalation: false
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}
