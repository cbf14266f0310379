{{- define "orleans-shop.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 36 | trimSuffix "-" -}}
{{- end -}}

{{/* No dots, which a Service's name cannot have. 36 characters: a StatefulSet's name must leave room for the hash that Kubernetes puts behind it in a label. */}}
{{- define "orleans-shop.fullname" -}}
{{- $name := include "orleans-shop.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 36 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | replace "." "-" | trunc 36 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | replace "." "-" | trunc 36 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Selects one component: (dict "root" $ "component" "silo"). Selectors cannot be changed later, so they hold only labels that never change. */}}
{{- define "orleans-shop.selector" -}}
app.kubernetes.io/name: {{ include "orleans-shop.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* Labels of a resource. Those that it adds take the place of common ones. (dict "root" $ "component" NAME, if it belongs to one, "more" LABELS, if it adds some) */}}
{{- define "orleans-shop.labels" -}}
app.kubernetes.io/name: {{ include "orleans-shop.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
app.kubernetes.io/part-of: orleans-shop
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with merge (dict) (.more | default dict) .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Labels of pods, without those that change with every version of the chart: they alone would replace all pods, even the demo's database. (dict "root" $ "component" "silo" "more" LABELS) */}}
{{- define "orleans-shop.podLabels" -}}
{{ include "orleans-shop.selector" . }}
app.kubernetes.io/part-of: orleans-shop
{{- with merge (dict) (.more | default dict) .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Labels of resources that belong to no component, and add none. */}}
{{- define "orleans-shop.releaseLabels" -}}{{ include "orleans-shop.labels" (dict "root" .) }}{{- end -}}

{{/* (dict "root" $ "image" "silo") */}}
{{- define "orleans-shop.image" -}}
{{- $image := index .root.Values.image .image -}}
{{- with .root.Values.image.registry }}{{ . }}/{{ end -}}
{{- $image.repository -}}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default .root.Chart.AppVersion }}{{ end -}}
{{- end -}}

{{/* (dict "root" $ "component" "silo") */}}
{{- define "orleans-shop.serviceAccountName" -}}
{{- $account := (index .root.Values .component).serviceAccount -}}
{{- if $account.name -}}
{{- $account.name -}}
{{- else if $account.create -}}
{{- include "orleans-shop.fullname" .root }}-{{ .component -}}
{{- else -}}
default
{{- end -}}
{{- end -}}

{{/* Names of the resources that the modes of database and broker create. */}}
{{- define "orleans-shop.databaseName" -}}{{ include "orleans-shop.fullname" . }}-{{ eq .Values.database.mode "demo" | ternary "demo-postgres" "db" }}{{- end -}}
{{- define "orleans-shop.brokerName" -}}{{ include "orleans-shop.fullname" . }}-{{ eq .Values.broker.mode "demo" | ternary "demo-rabbitmq" "rabbitmq" }}{{- end -}}
{{- define "orleans-shop.demoSecret" -}}{{ include "orleans-shop.fullname" . }}-demo{{- end -}}
{{- define "orleans-shop.tlsSecret" -}}{{ .Values.tls.certManager.enabled | ternary (printf "%s-tls" (include "orleans-shop.fullname" .)) .Values.tls.existingSecret }}{{- end -}}

{{/* The demo's passwords: the same at every rendering, and computable by anybody who reads this. (dict "root" $ "of" "postgres") */}}
{{- define "orleans-shop.demoPassword" -}}
{{- printf "%s/%s/%s" .root.Release.Namespace .root.Release.Name .of | sha256sum | trunc 32 -}}
{{- end -}}

{{/* The name of the Secret with the key of merchants and operators; empty when there is none. */}}
{{- define "orleans-shop.opsKeySecret" -}}
{{- if .Values.opsKey.existingSecret -}}
{{- .Values.opsKey.existingSecret -}}
{{- else if eq .Values.database.mode "demo" -}}
{{- include "orleans-shop.demoSecret" . -}}
{{- end -}}
{{- end -}}
