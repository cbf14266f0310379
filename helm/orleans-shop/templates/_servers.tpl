{{/* How many connections the server accepts; 0: not known. */}}
{{- define "orleans-shop.maxConnections" -}}
{{- if .Values.database.maxConnections -}}
{{- int .Values.database.maxConnections -}}
{{- else -}}
{{- get (dict "external" "0" "cnpg" "200" "demo" "200") .Values.database.mode -}}
{{- end -}}
{{- end -}}

{{/* The most connections that silos and APIs can have, counting the additional pod of each that runs while pods are replaced. */}}
{{- define "orleans-shop.connections" -}}
{{- $pool := int .Values.database.poolSize -}}
{{- $silos := add1 (include "orleans-shop.mostReplicas" (dict "root" . "component" "silo") | int) -}}
{{- $apis := add1 (include "orleans-shop.mostReplicas" (dict "root" . "component" "api") | int) -}}
{{- add (mul $silos (add 37 $pool)) (mul $apis $pool) -}}
{{- end -}}

{{/* No read-only root: the operator's image writes its configuration at the start. */}}
{{- define "orleans-shop.brokerSecurity" -}}
allowPrivilegeEscalation: false
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}
