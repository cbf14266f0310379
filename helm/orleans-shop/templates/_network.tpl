{{/* Egress to DNS. A node-local cache is not a pod, so by default port 53 is open to everybody. */}}
{{- define "orleans-shop.dnsEgress" -}}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
  {{- with .Values.networkPolicy.dns.to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "orleans-shop.databaseEgress" -}}
- ports:
    - port: {{ eq .Values.database.mode "external" | ternary (int .Values.database.port) 5432 }}
      protocol: TCP
  {{- if eq .Values.database.mode "demo" }}
  to:
    - podSelector:
        matchLabels:
          {{- include "orleans-shop.selector" (dict "root" . "component" "demo-postgres") | nindent 10 }}
  {{- else if eq .Values.database.mode "cnpg" }}
  to:
    - podSelector:
        matchLabels:
          cnpg.io/cluster: {{ include "orleans-shop.databaseName" . }}
  {{- else }}
  {{- with .Values.networkPolicy.database.to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
{{- end -}}

{{- define "orleans-shop.brokerEgress" -}}
- ports:
    - port: {{ eq .Values.broker.mode "external" | ternary (int .Values.broker.port) 5672 }}
      protocol: TCP
  {{- if eq .Values.broker.mode "demo" }}
  to:
    - podSelector:
        matchLabels:
          {{- include "orleans-shop.selector" (dict "root" . "component" "demo-rabbitmq") | nindent 10 }}
  {{- else if eq .Values.broker.mode "operator" }}
  to:
    - podSelector:
        matchLabels:
          app.kubernetes.io/name: {{ include "orleans-shop.brokerName" . }}
          app.kubernetes.io/component: rabbitmq
  {{- else }}
  {{- with .Values.networkPolicy.broker.to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
{{- end -}}

{{/* Egress to the collector of traces, by the port in its address, and the extra rules of the values. */}}
{{- define "orleans-shop.moreEgress" -}}
{{- with .Values.otel.endpoint }}
- ports:
    - port: {{ regexFind "[0-9]+$" (urlParse .).host }}
      protocol: TCP
{{- end }}
{{- with .Values.networkPolicy.extraEgress }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Ingress to health, metrics and dashboard. Probes of the kubelet are not subject to NetworkPolicies. */}}
{{- define "orleans-shop.monitoringIngress" -}}
- ports:
    - port: 8081
      protocol: TCP
  from:
    {{- if .Values.networkPolicy.monitoring.from }}
    {{- toYaml .Values.networkPolicy.monitoring.from | nindent 4 }}
    {{- else }}
    - namespaceSelector: {}
    {{- end }}
{{- end -}}

{{/* One component as a peer. */}}
{{- define "orleans-shop.peer" -}}
- podSelector:
    matchLabels:
      {{- include "orleans-shop.selector" . | nindent 6 }}
{{- end -}}
