{{/*
The public paths of the API: orders, products, stock, the contract, and the start page with its files. /v1/ops, health, metrics and the dashboard are
private because they are not in this list.
*/}}
{{- define "orleans-shop.publicBackends" -}}
- service: {{ include "orleans-shop.fullname" . }}-api
  port: {{ int .Values.api.service.port }}
  prefixes: [/v1/orders, /v1/products, /v1/stock, /openapi]
  exact: [/, /start.css, /start.js, /favicon.svg]
{{- end -}}

{{/* (dict "root" $ "dashboard" true|false) */}}
{{- define "orleans-shop.opsBackends" -}}
- service: {{ include "orleans-shop.fullname" .root }}-api
  port: {{ int .root.Values.api.service.port }}
  prefixes: [/v1/ops]
  exact: []
{{- if .dashboard }}
- service: {{ include "orleans-shop.fullname" .root }}-api-management
  port: 8081
  prefixes: [/dashboard]
  exact: []
{{- end }}
{{- end -}}

{{/*
Where customers find the API. An Ingress names the hosts that it has certificates for. A route does not: its Gateway terminates TLS, so the scheme is guessed from
the port and the name of the listener in parentRefs.
*/}}
{{- define "orleans-shop.publicAddresses" -}}
{{- $addresses := list -}}
{{- if .Values.ingress.enabled -}}
{{- range $host := .Values.ingress.hosts -}}
{{- $scheme := "http" -}}
{{- range $.Values.ingress.tls -}}
{{- /* A wildcard stands for one label. */ -}}
{{- if or (not .hosts) (has $host .hosts) (has (regexReplaceAll "^[^.]+" $host "*") .hosts) }}{{- $scheme = "https" -}}{{- end -}}
{{- end -}}
{{- $addresses = append $addresses (printf "%s://%s/" $scheme $host) -}}
{{- end -}}
{{- end -}}
{{- if .Values.route.enabled -}}
{{- range $host := .Values.route.hosts -}}
{{- range $.Values.route.parentRefs -}}
{{- $port := .port | default 0 | int -}}
{{- $listener := .sectionName | default "" -}}
{{- if or (eq $port 443) (regexMatch "(https|tls)" $listener) -}}
{{- $addresses = append $addresses (printf "https://%s%s/" $host (has $port (list 0 443) | ternary "" (printf ":%d" $port))) -}}
{{- else if $port -}}
{{- $addresses = append $addresses (printf "http://%s%s/" $host (eq $port 80 | ternary "" (printf ":%d" $port))) -}}
{{- else -}}
{{- $addresses = append $addresses (printf "http://%s/ (https:// where the Gateway's listener has TLS)" $host) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $addresses | uniq | join "\n" -}}
{{- end -}}

{{- define "orleans-shop.publishesDashboard" -}}
{{- with .Values.ops -}}
{{- if or (and .ingress.enabled .ingress.dashboard) (and .route.enabled .route.dashboard) -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{- define "orleans-shop.publishingMetadata" -}}
name: {{ .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "orleans-shop.labels" (dict "root" .root "component" "api") | nindent 2 }}
{{- with .of.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* (dict "root" $ "name" "…" "of" VALUES "backends" YAML) */}}
{{- define "orleans-shop.ingress" -}}
{{- $backends := fromYamlArray .backends -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  {{- include "orleans-shop.publishingMetadata" . | nindent 2 }}
spec:
  {{- with .of.className }}
  ingressClassName: {{ . }}
  {{- end }}
  {{- with .of.tls }}
  tls:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  rules:
    {{- range .of.hosts }}
    - host: {{ . | quote }}
      http:
        paths:
          {{- range $backend := $backends }}
          {{- range $type, $paths := dict "Prefix" .prefixes "Exact" .exact }}
          {{- range $paths }}
          - path: {{ . }}
            pathType: {{ $type }}
            backend:
              service:
                name: {{ $backend.service }}
                port:
                  number: {{ int $backend.port }}
          {{- end }}
          {{- end }}
          {{- end }}
    {{- end }}
{{- end -}}

{{/* The same arguments. */}}
{{- define "orleans-shop.route" -}}
apiVersion: {{ include "orleans-shop.routeVersion" .root }}
kind: HTTPRoute
metadata:
  {{- include "orleans-shop.publishingMetadata" . | nindent 2 }}
spec:
  parentRefs:
    {{- toYaml .of.parentRefs | nindent 4 }}
  hostnames:
    {{- toYaml .of.hosts | nindent 4 }}
  rules:
    {{- range fromYamlArray .backends }}
    - matches:
        {{- range $type, $paths := dict "PathPrefix" .prefixes "Exact" .exact }}
        {{- range $paths }}
        - path:
            type: {{ $type }}
            value: {{ . }}
        {{- end }}
        {{- end }}
      backendRefs:
        - name: {{ .service }}
          port: {{ int .port }}
    {{- end }}
{{- end -}}
