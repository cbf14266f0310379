{{/*
"true" where the cluster serves this kind of an operator. To serve its group is not enough: that may be there with other kinds.
With helm template: --api-versions GROUP/VERSION/KIND. (dict "root" $ "version" "…" "kind" "…")
*/}}
{{- define "orleans-shop.serves" -}}
{{- if .root.Capabilities.APIVersions.Has (printf "%s/%s" .version .kind) -}}true{{- end -}}
{{- end -}}

{{/*
Kinds of Kubernetes itself are asked for by their group: without a cluster (helm template, helm lint) Helm knows all groups of Kubernetes and none
of their kinds. It knows them whatever --kube-version says, so the version is asked for, too.
*/}}
{{- define "orleans-shop.pdbVersion" -}}
{{- if and (semverCompare ">=1.21.0-0" .Capabilities.KubeVersion.Version) (.Capabilities.APIVersions.Has "policy/v1") -}}policy/v1{{- else -}}policy/v1beta1{{- end -}}
{{- end -}}

{{- define "orleans-shop.hpaVersion" -}}
{{- if and (semverCompare ">=1.23.0-0" .Capabilities.KubeVersion.Version) (.Capabilities.APIVersions.Has "autoscaling/v2") -}}autoscaling/v2{{- else -}}autoscaling/v2beta2{{- end -}}
{{- end -}}

{{- define "orleans-shop.routeVersion" -}}
{{- if or (include "orleans-shop.serves" (dict "root" . "version" "gateway.networking.k8s.io/v1" "kind" "HTTPRoute")) (not (include "orleans-shop.serves" (dict "root" . "version" "gateway.networking.k8s.io/v1beta1" "kind" "HTTPRoute"))) -}}gateway.networking.k8s.io/v1{{- else -}}gateway.networking.k8s.io/v1beta1{{- end -}}
{{- end -}}
