{{/*
The shop's settings are written into the pods, not into a ConfigMap: when a pod of the previous release
restarts in the middle of an upgrade, it keeps its old settings, and a change of any setting replaces the pods.
*/}}

{{- define "orleans-shop.connectionString" -}}
{{- $database := .Values.database -}}
{{- $host := $database.host -}}
{{- $port := int $database.port -}}
{{- if ne $database.mode "external" -}}
{{- $host = eq $database.mode "cnpg" | ternary (printf "%s-rw" (include "orleans-shop.databaseName" .)) (include "orleans-shop.databaseName" .) -}}
{{- $port = 5432 -}}
{{- end -}}
Host={{ $host }};Port={{ $port }};Database={{ $database.name }};SSL Mode={{ $database.sslMode }};Maximum Pool Size={{ int $database.poolSize }}
{{- if $database.rootCertificate.existingSecret }};Root Certificate=/database-ca/{{ $database.rootCertificate.key }}{{ end -}}
{{- range $keyword, $value := $database.parameters }};{{ $keyword }}={{ $value }}{{ end -}}
{{- end -}}

{{/* Npgsql takes user and password from the variables PG…, so that passwords need no quoting. (dict "root" $ "migration" true|false) */}}
{{- define "orleans-shop.databaseEnv" -}}
{{- $database := .root.Values.database -}}
{{- $secret := $database.existingSecret -}}
{{- $user := $database.usernameKey -}}
{{- $password := $database.passwordKey -}}
{{- if eq $database.mode "cnpg" -}}
{{- $secret = printf "%s-app" (include "orleans-shop.databaseName" .root) -}}
{{- else if eq $database.mode "demo" -}}
{{- $secret = include "orleans-shop.demoSecret" .root -}}
{{- else if and .migration $database.migration.existingSecret -}}
{{- $secret = $database.migration.existingSecret -}}
{{- $user = $database.migration.usernameKey -}}
{{- $password = $database.migration.passwordKey -}}
{{- end -}}
{{- if ne $database.mode "external" -}}
{{- $user = "username" -}}
{{- $password = "password" -}}
{{- end -}}
- name: ConnectionStrings__Postgres
  value: {{ include "orleans-shop.connectionString" .root | quote }}
- name: PGUSER
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: {{ $user }}
- name: PGPASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: {{ $password }}
{{- end -}}

{{- define "orleans-shop.brokerEnv" -}}
{{- $broker := .Values.broker -}}
- name: ConnectionStrings__RabbitMq
  valueFrom:
    secretKeyRef:
      {{- if eq $broker.mode "external" }}
      name: {{ $broker.existingSecret }}
      key: {{ $broker.uriKey }}
      {{- else if eq $broker.mode "operator" }}
      name: {{ include "orleans-shop.brokerName" . }}-default-user
      key: connection_string
      {{- else }}
      name: {{ include "orleans-shop.demoSecret" . }}
      key: uri
      {{- end }}
{{- end -}}

{{- define "orleans-shop.opsKeyEnv" -}}
{{- with include "orleans-shop.opsKeySecret" . -}}
- name: Shop__OpsKey
  valueFrom:
    secretKeyRef:
      name: {{ . }}
      key: {{ if $.Values.opsKey.existingSecret }}{{ $.Values.opsKey.key }}{{ else }}opsKey{{ end }}
{{- end -}}
{{- end -}}

{{/* Variables of all processes of the cluster, migrate included. */}}
{{- define "orleans-shop.identityEnv" -}}
- name: Shop__Mode
  value: Cluster
- name: Shop__StartTimeout
  value: {{ include "orleans-shop.time" .Values.startTimeoutSeconds | quote }}
- name: Orleans__ClusterId
  value: {{ .Values.orleans.clusterId | quote }}
- name: Orleans__ServiceId
  value: {{ .Values.orleans.serviceId | quote }}
{{- end -}}

{{- define "orleans-shop.migrateEnv" -}}
{{ include "orleans-shop.identityEnv" . }}
{{ include "orleans-shop.databaseEnv" (dict "root" . "migration" true) }}
{{- end -}}

{{/* Variables of silos and APIs. (dict "root" $ "component" "silo") */}}
{{- define "orleans-shop.processEnv" -}}
{{- $values := .root.Values -}}
{{ include "orleans-shop.identityEnv" .root }}
- name: Shop__DrainDelay
  value: {{ include "orleans-shop.time" (index $values .component).drainSeconds | quote }}
- name: POD_IP
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
{{ include "orleans-shop.databaseEnv" (dict "root" .root "migration" false) }}
{{- with include "orleans-shop.opsKeyEnv" .root }}
{{ . }}
{{- end }}
{{- if $values.tls.enabled }}
- name: Shop__Tls__CertificateFile
  value: /tls/tls.crt
- name: Shop__Tls__KeyFile
  value: /tls/tls.key
- name: Shop__Tls__AuthorityFile
  value: /tls/ca.crt
{{- end }}
- name: Logging__LogLevel__Default
  value: {{ $values.logging.level }}
{{- range $category, $level := $values.logging.categories }}
- name: Logging__LogLevel__{{ $category }}
  value: {{ $level }}
{{- end }}
{{- if $values.otel.endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ $values.otel.endpoint | quote }}
- name: OTEL_EXPORTER_OTLP_PROTOCOL
  value: {{ $values.otel.protocol | quote }}
- name: OTEL_TRACES_SAMPLER
  value: parentbased_traceidratio
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ $values.otel.sampleRatio | quote }}
- name: OTEL_SERVICE_NAME
  value: {{ include "orleans-shop.fullname" .root }}-{{ .component }}
{{- end }}
{{- end -}}

{{- define "orleans-shop.apiEnv" -}}
{{ include "orleans-shop.processEnv" (dict "root" . "component" "api") }}
- name: AllowedHosts
  value: {{ include "orleans-shop.allowedHosts" . | quote }}
{{- end -}}

{{/* Variables of silos. Only silos read the settings of events and deadlines. */}}
{{- define "orleans-shop.siloEnv" -}}
{{- $streams := .Values.streams -}}
{{ include "orleans-shop.processEnv" (dict "root" . "component" "silo") }}
- name: Orleans__AdvertisedIPAddress
  value: $(POD_IP)
{{- /* For the dashboard through kubectl port-forward. Health and metrics answer to any host name. */}}
- name: AllowedHosts
  value: localhost
{{ include "orleans-shop.brokerEnv" . }}
- name: Shop__Streams__Partitions
  value: {{ int $streams.partitions | quote }}
{{- with include "orleans-shop.queueReplicas" . }}
- name: Shop__Streams__QueueReplicas
  value: {{ . | quote }}
{{- end }}
- name: Shop__Streams__DeliveryLimit
  value: {{ int $streams.deliveryLimit | quote }}
{{- with $streams.messageTimeToLive }}
- name: Shop__Streams__MessageTimeToLive
  value: {{ . | quote }}
{{- end }}
{{- with int64 $streams.maxLength }}
- name: Shop__Streams__MaxLength
  value: {{ . | quote }}
{{- end }}
{{- with int64 $streams.maxLengthBytes }}
- name: Shop__Streams__MaxLengthBytes
  value: {{ . | quote }}
{{- end }}
- name: Shop__Streams__DeadLetterTimeToLive
  value: {{ $streams.deadLetterTimeToLive | quote }}
- name: Shop__Streams__DeadLetterMaxLength
  value: {{ int64 $streams.deadLetterMaxLength | quote }}
- name: Shop__Streams__Authentication
  value: {{ $streams.authentication | quote }}
{{- if (.Values.audit).witness }}
- name: Shop__Audit__Witness
  value: "true"
{{- end }}
{{- range $name, $value := .Values.sagas }}
{{- if kindIs "slice" $value }}
{{- range $n, $one := $value }}
- name: Shop__Sagas__{{ title $name }}__{{ $n }}
  value: {{ $one | quote }}
{{- end }}
{{- else }}
- name: Shop__Sagas__{{ title $name }}
  value: {{ kindIs "string" $value | ternary $value (int $value) | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "orleans-shop.queueReplicas" -}}
{{- if .Values.streams.queueReplicas -}}
{{- int .Values.streams.queueReplicas -}}
{{- else if eq .Values.broker.mode "operator" -}}
{{- int .Values.broker.operator.replicas -}}
{{- end -}}
{{- end -}}

{{/* The host names the API answers to. */}}
{{- define "orleans-shop.allowedHosts" -}}
{{- $service := printf "%s-api" (include "orleans-shop.fullname" .) -}}
{{- $hosts := list $service (printf "%s.%s" $service .Release.Namespace) (printf "%s.%s.svc" $service .Release.Namespace) (printf "%s.%s.svc.%s" $service .Release.Namespace .Values.clusterDomain) "localhost" -}}
{{- range list .Values.ingress .Values.route .Values.ops.ingress .Values.ops.route -}}
{{- if .enabled }}{{- $hosts = concat $hosts .hosts }}{{- end -}}
{{- end -}}
{{- concat $hosts .Values.api.extraAllowedHosts | uniq | join ";" -}}
{{- end -}}
