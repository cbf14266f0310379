{{/*
The rules as they lie in files/, for the processes of this release and without what is said there to people. Not tpl: their texts have
braces of Prometheus' own.
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
