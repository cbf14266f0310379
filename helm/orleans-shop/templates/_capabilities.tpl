{{/* "true" where the cluster serves the kind. With helm template: --api-versions GROUP/VERSION/KIND. (dict "root" $ "version" "…" "kind" "…") */}}
{{- define "orleans-shop.serves" -}}
{{- $apis := .root.Capabilities.APIVersions -}}
{{- if or ($apis.Has .version) ($apis.Has (printf "%s/%s" .version .kind)) -}}true{{- end -}}
{{- end -}}

{{/* By the version, too: helm template knows every API that Helm knows, whatever --kube-version says. */}}
{{- define "orleans-shop.pdbVersion" -}}
{{- if and (semverCompare ">=1.21.0-0" .Capabilities.KubeVersion.Version) (include "orleans-shop.serves" (dict "root" . "version" "policy/v1" "kind" "PodDisruptionBudget")) -}}policy/v1{{- else -}}policy/v1beta1{{- end -}}
{{- end -}}

{{- define "orleans-shop.hpaVersion" -}}
{{- if and (semverCompare ">=1.23.0-0" .Capabilities.KubeVersion.Version) (include "orleans-shop.serves" (dict "root" . "version" "autoscaling/v2" "kind" "HorizontalPodAutoscaler")) -}}autoscaling/v2{{- else -}}autoscaling/v2beta2{{- end -}}
{{- end -}}

{{- define "orleans-shop.routeVersion" -}}
{{- if or (include "orleans-shop.serves" (dict "root" . "version" "gateway.networking.k8s.io/v1" "kind" "HTTPRoute")) (not (include "orleans-shop.serves" (dict "root" . "version" "gateway.networking.k8s.io/v1beta1" "kind" "HTTPRoute"))) -}}gateway.networking.k8s.io/v1{{- else -}}gateway.networking.k8s.io/v1beta1{{- end -}}
{{- end -}}
