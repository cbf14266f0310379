{{/* What scales, protects and identifies silos and APIs. Arguments: (dict "root" $ "component" "silo"). */}}

{{- define "orleans-shop.isScaled" -}}
{{- $own := index .root.Values .component -}}
{{- if or $own.hpa.enabled $own.keda.enabled -}}true{{- end -}}
{{- end -}}

{{/* The largest number of pods that the values allow. */}}
{{- define "orleans-shop.mostReplicas" -}}
{{- $own := index .root.Values .component -}}
{{- if $own.hpa.enabled -}}
{{- int $own.hpa.maxReplicas -}}
{{- else if $own.keda.enabled -}}
{{- int $own.keda.maxReplicas -}}
{{- else -}}
{{- int $own.replicas -}}
{{- end -}}
{{- end -}}

{{/* Scales out at once, and in by one pod at a time, because each has to hand over its grains. */}}
{{- define "orleans-shop.behavior" -}}
scaleUp:
  stabilizationWindowSeconds: 0
  policies:
    - type: Pods
      value: 2
      periodSeconds: 60
scaleDown:
  stabilizationWindowSeconds: {{ int .calmSeconds }}
  policies:
    - type: Pods
      value: 1
      periodSeconds: {{ int .periodSeconds }}
{{- end -}}

{{- define "orleans-shop.hpa" -}}
{{- $own := index .root.Values .component -}}
{{- $name := printf "%s-%s" (include "orleans-shop.fullname" .root) .component -}}
{{- if $own.hpa.enabled -}}
apiVersion: {{ include "orleans-shop.hpaVersion" .root }}
kind: HorizontalPodAutoscaler
metadata:
  name: {{ $name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "orleans-shop.labels" . | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ $name }}
  minReplicas: {{ int $own.hpa.minReplicas }}
  maxReplicas: {{ int $own.hpa.maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ int $own.hpa.targetCPUUtilizationPercentage }}
  behavior:
    {{- include "orleans-shop.behavior" $own.scaleIn | nindent 4 }}
{{- end -}}
{{- end -}}

{{- define "orleans-shop.scaledObject" -}}
{{- $own := index .root.Values .component -}}
{{- $name := printf "%s-%s" (include "orleans-shop.fullname" .root) .component -}}
{{- if $own.keda.enabled -}}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: {{ $name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "orleans-shop.labels" . | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ $name }}
  minReplicaCount: {{ int $own.keda.minReplicas }}
  maxReplicaCount: {{ int $own.keda.maxReplicas }}
  advanced:
    horizontalPodAutoscalerConfig:
      behavior:
        {{- include "orleans-shop.behavior" $own.scaleIn | nindent 8 }}
  triggers:
    {{- toYaml $own.keda.triggers | nindent 4 }}
{{- end -}}
{{- end -}}

{{- define "orleans-shop.pdb" -}}
{{- $own := index .root.Values .component -}}
{{- if $own.pdb.enabled -}}
apiVersion: {{ include "orleans-shop.pdbVersion" .root }}
kind: PodDisruptionBudget
metadata:
  name: {{ include "orleans-shop.fullname" .root }}-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "orleans-shop.labels" . | nindent 4 }}
spec:
  # Not minAvailable: with a single pod, it would block every drain for ever.
  maxUnavailable: {{ int $own.pdb.maxUnavailable }}
  selector:
    matchLabels:
      {{- include "orleans-shop.selector" . | nindent 6 }}
{{- end -}}
{{- end -}}

{{- define "orleans-shop.serviceAccount" -}}
{{- $own := index .root.Values .component -}}
{{- if $own.serviceAccount.create -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "orleans-shop.serviceAccountName" . }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "orleans-shop.labels" . | nindent 4 }}
  {{- with $own.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
# No part of the shop talks to the API server: membership is in PostgreSQL.
automountServiceAccountToken: false
{{- end -}}
{{- end -}}
