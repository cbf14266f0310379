{{/*
Combinations of values that the schema cannot refuse, because each value is valid by itself. Each is refused in one sentence; Helm stops at the first.
*/}}
{{- define "orleans-shop.validate" -}}
{{- include "orleans-shop.validateProcesses" . -}}
{{- include "orleans-shop.validateDatabase" . -}}
{{- include "orleans-shop.validateBroker" . -}}
{{- include "orleans-shop.validateNetwork" . -}}
{{- include "orleans-shop.validateMonitoring" . -}}
{{- include "orleans-shop.validateEnvironment" . -}}
{{- end -}}

{{- define "orleans-shop.validateProcesses" -}}
{{- $start := int .Values.startTimeoutSeconds -}}
{{- range $component := list "silo" "api" -}}
{{- $own := index $.Values $component -}}
{{- $drain := int $own.drainSeconds -}}
{{- if lt (include "orleans-shop.grace" $own | int) (add $drain 30 | int) -}}
{{- fail (printf "%s.terminationGracePeriodSeconds is %d, but a process drains for %d s and may then take 30 s to end: give it %d or more, or 0 to have it computed." $component (int $own.terminationGracePeriodSeconds) $drain (add $drain 30)) -}}
{{- end -}}
{{- if le (include "orleans-shop.startupBudget" (dict "root" $ "component" $component) | int) $start -}}
{{- fail (printf "%s.startupBudgetSeconds is %d, but a starting process waits up to startTimeoutSeconds (%d): give it more than that, or 0 to have it computed." $component (int $own.startupBudgetSeconds) $start) -}}
{{- end -}}
{{- if and $own.hpa.enabled $own.keda.enabled -}}
{{- fail (printf "%s.hpa and %s.keda are both enabled, and would fight over the number of pods: choose one." $component $component) -}}
{{- end -}}
{{- range $scaler := list "hpa" "keda" -}}
{{- with index $own $scaler -}}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) -}}
{{- fail (printf "%s.%s.minReplicas is %d and maxReplicas is %d: the minimum must not exceed the maximum." $component $scaler (int .minReplicas) (int .maxReplicas)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and $own.keda.enabled (not $own.keda.triggers) -}}
{{- fail (printf "%s.keda is enabled without triggers: it would not know what to scale by." $component) -}}
{{- end -}}
{{- if $own.keda.enabled -}}
{{- include "orleans-shop.validateServed" (dict "root" $ "wants" (printf "%s.keda" $component) "version" "keda.sh/v1alpha1" "kind" "ScaledObject" "of" "KEDA") -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "orleans-shop.validateDatabase" -}}
{{- $database := .Values.database -}}
{{- if eq $database.mode "external" -}}
{{- if not $database.host -}}
{{- fail "database.host is empty: name the PostgreSQL server, or choose database.mode cnpg or demo." -}}
{{- end -}}
{{- if not $database.existingSecret -}}
{{- fail "database.existingSecret is empty: name a Secret with the user and the password of the database; the chart takes no passwords." -}}
{{- end -}}
{{- else -}}
{{- range $value, $given := dict "host" $database.host "existingSecret" $database.existingSecret "migration.existingSecret" $database.migration.existingSecret "rootCertificate.existingSecret" $database.rootCertificate.existingSecret -}}
{{- if $given -}}
{{- fail (printf "database.%s is set, but database.mode is %s, which brings its own: leave it empty, or choose external." $value $database.mode) -}}
{{- end -}}
{{- end -}}
{{- if eq (include "orleans-shop.migrateMode" .) "hook" -}}
{{- fail (printf "migrate.mode is hook, but database.mode is %s: a hook runs before the release has a database. Choose auto, initContainer or job." $database.mode) -}}
{{- end -}}
{{- end -}}
{{- if eq $database.mode "cnpg" -}}
{{- include "orleans-shop.validateServed" (dict "root" . "wants" "database.mode cnpg" "version" "postgresql.cnpg.io/v1" "kind" "Cluster" "of" "CloudNativePG") -}}
{{- end -}}
{{- if and $database.migration.existingSecret (eq (include "orleans-shop.migrateMode" .) "none") -}}
{{- fail "database.migration.existingSecret is set, but migrate.mode is none: nothing would use it." -}}
{{- end -}}
{{- end -}}

{{- define "orleans-shop.validateBroker" -}}
{{- $broker := .Values.broker -}}
{{- if and (eq $broker.mode "external") (not $broker.existingSecret) -}}
{{- fail "broker.existingSecret is empty: name a Secret with the broker's address, or choose broker.mode operator or demo." -}}
{{- end -}}
{{- if and (ne $broker.mode "external") $broker.existingSecret -}}
{{- fail (printf "broker.existingSecret is set, but broker.mode is %s, which brings its own: leave it empty, or choose external." $broker.mode) -}}
{{- end -}}
{{- /* Checked before the copies of the queues, which by default are as many as there are nodes. */ -}}
{{- if and (eq $broker.mode "operator") (eq (mod (int $broker.operator.replicas) 2) 0) -}}
{{- fail (printf "broker.operator.replicas is %d: an even number of nodes can split into two equal halves, neither of which goes on. Choose 3 or 5." (int $broker.operator.replicas)) -}}
{{- end -}}
{{- $replicas := include "orleans-shop.queueReplicas" . | int -}}
{{- if and $replicas (eq (mod $replicas 2) 0) -}}
{{- fail (printf "streams.queueReplicas is %d: an even number of copies survives no more failures than %d would. Choose an odd one." $replicas (sub $replicas 1)) -}}
{{- end -}}
{{- if eq $broker.mode "operator" -}}
{{- if gt $replicas (int $broker.operator.replicas) -}}
{{- fail (printf "streams.queueReplicas is %d, but broker.operator.replicas is %d: a node keeps one copy of a queue at most." $replicas (int $broker.operator.replicas)) -}}
{{- end -}}
{{- include "orleans-shop.validateServed" (dict "root" . "wants" "broker.mode operator" "version" "rabbitmq.com/v1beta1" "kind" "RabbitmqCluster" "of" "the RabbitMQ Cluster Operator") -}}
{{- end -}}
{{- if and (eq $broker.mode "demo") (gt $replicas 1) -}}
{{- fail (printf "streams.queueReplicas is %d, but the demo's broker is a single node." $replicas) -}}
{{- end -}}
{{- end -}}

{{- define "orleans-shop.validateNetwork" -}}
{{- with .Values.tls -}}
{{- if and .enabled (not .existingSecret) (not .certManager.enabled) -}}
{{- fail "tls is enabled without a certificate: name tls.existingSecret, or enable tls.certManager." -}}
{{- end -}}
{{- if and .existingSecret .certManager.enabled -}}
{{- fail "tls.existingSecret and tls.certManager are both set: choose one." -}}
{{- end -}}
{{- if and (not .enabled) (or .existingSecret .certManager.enabled) -}}
{{- fail "tls has a certificate but is not enabled: set tls.enabled, or take the certificate away." -}}
{{- end -}}
{{- if and .enabled .certManager.enabled -}}
{{- if not .certManager.issuerRef.name -}}
{{- fail "tls.certManager.issuerRef.name is empty: name the issuer, whose authority must be the shop's own." -}}
{{- end -}}
{{- include "orleans-shop.validateServed" (dict "root" $ "wants" "tls.certManager" "version" "cert-manager.io/v1" "kind" "Certificate" "of" "cert-manager") -}}
{{- end -}}
{{- end -}}
{{- $published := concat (ternary .Values.ingress.hosts (list) .Values.ingress.enabled) (ternary .Values.route.hosts (list) .Values.route.enabled) -}}
{{- range $name, $of := dict "ingress" .Values.ingress "route" .Values.route "ops.ingress" .Values.ops.ingress "ops.route" .Values.ops.route -}}
{{- if $of.enabled -}}
{{- if not $of.hosts -}}
{{- fail (printf "%s.hosts is empty: the API answers only to host names it knows." $name) -}}
{{- end -}}
{{- if hasSuffix "route" $name -}}
{{- if not $of.parentRefs -}}
{{- fail (printf "%s.parentRefs is empty: name the Gateway that the route belongs to." $name) -}}
{{- end -}}
{{- if not (include "orleans-shop.serves" (dict "root" $ "version" "gateway.networking.k8s.io/v1beta1" "kind" "HTTPRoute")) -}}
{{- include "orleans-shop.validateServed" (dict "root" $ "wants" $name "version" "gateway.networking.k8s.io/v1" "kind" "HTTPRoute" "of" "the Gateway API") -}}
{{- end -}}
{{- end -}}
{{- if hasPrefix "ops" $name -}}
{{- range $of.hosts -}}
{{- if has . $published -}}
{{- fail (printf "%s.hosts has %s, which is a public host: operators need one of their own." $name .) -}}
{{- end -}}
{{- end -}}
{{- if not (include "orleans-shop.opsKeySecret" $) -}}
{{- fail (printf "%s is enabled without opsKey.existingSecret: without the key, /v1/ops is shut for everybody." $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "orleans-shop.validateMonitoring" -}}
{{- with .Values.monitoring -}}
{{- if and .serviceMonitor.enabled .podMonitor.enabled -}}
{{- fail "monitoring.serviceMonitor and monitoring.podMonitor are both enabled, and would read every process twice: choose one." -}}
{{- end -}}
{{- range $name, $kind := dict "serviceMonitor" "ServiceMonitor" "podMonitor" "PodMonitor" "prometheusRule" "PrometheusRule" -}}
{{- if (index $.Values.monitoring $name).enabled -}}
{{- include "orleans-shop.validateServed" (dict "root" $ "wants" (printf "monitoring.%s" $name) "version" "monitoring.coreos.com/v1" "kind" $kind "of" "the Prometheus operator") -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Names are compared without regard to case, as .NET does with names of settings. */}}
{{- define "orleans-shop.validateEnvironment" -}}
{{- range $component, $environment := dict "silo" (include "orleans-shop.siloEnv" .) "api" (include "orleans-shop.apiEnv" .) "migrate" (include "orleans-shop.migrateEnv" .) -}}
{{- $taken := list -}}
{{- range fromYamlArray $environment -}}
{{- $taken = append $taken (lower .name) -}}
{{- end -}}
{{- range (index $.Values $component).extraEnv -}}
{{- if has (lower (toString .name)) $taken -}}
{{- fail (printf "%s.extraEnv has %s, which the chart itself sets: remove it there, and set the value of the chart that it is made from." $component .name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* (dict "root" $ "wants" "…" "version" "…" "kind" "…" "of" "…") */}}
{{- define "orleans-shop.validateServed" -}}
{{- if not (include "orleans-shop.serves" .) -}}
{{- fail (printf "%s needs %s (%s), which this cluster does not serve: install %s first." .wants .kind .version .of) -}}
{{- end -}}
{{- end -}}
