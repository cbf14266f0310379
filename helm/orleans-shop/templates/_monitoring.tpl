{{/*
The rules of files/, without their comments, narrowed to the processes of this release. They are not passed through tpl, because their texts contain
template braces of Prometheus.
*/}}
{{- define "orleans-shop.rules" -}}
{{- $rules := .Files.Get "files/rules.yaml" | required "files/rules.yaml is missing in the chart." -}}
{{- $rules = regexReplaceAll "(?m)^#.*\n" $rules "" -}}
{{- $rules = regexReplaceAll "\n\n+" $rules "\n" | trim -}}
{{- $rules = regexReplaceAll "job=(~?)\"shop-" $rules (printf "namespace=%q,job=${1}\"%s-" .Release.Namespace (include "orleans-shop.fullname" .)) -}}
{{- with .Values.monitoring.prometheusRule.runbookUrl -}}
{{- $rules = replace "docs/operations.md" . $rules -}}
{{- end -}}
{{- $rules -}}
{{- end -}}
