{{/* 125 → 00:02:05, as the shop reads times. */}}
{{- define "orleans-shop.time" -}}
{{- $seconds := int . -}}
{{- printf "%02d:%02d:%02d" (div $seconds 3600) (div (mod $seconds 3600) 60) (mod $seconds 60) -}}
{{- end -}}

{{/* A process drains and then ends within 30 s; five more seconds are a margin. Argument: .Values.silo or .Values.api. */}}
{{- define "orleans-shop.grace" -}}
{{- .terminationGracePeriodSeconds | int | default (add (int .drainSeconds) 35) -}}
{{- end -}}

{{/* How long a process may take to start: longer than it waits by itself, so that the process, and not Kubernetes, says what is missing. (dict "root" $ "component" "silo") */}}
{{- define "orleans-shop.startupBudget" -}}
{{- (index .root.Values .component).startupBudgetSeconds | int | default (add (int .root.Values.startTimeoutSeconds) 60) -}}
{{- end -}}
