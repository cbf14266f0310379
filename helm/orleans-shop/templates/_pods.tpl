{{/* What silos and APIs have in common. Arguments: (dict "root" $ "component" "silo"). */}}

{{- define "orleans-shop.podMetadata" -}}
{{- $own := index .root.Values .component -}}
labels:
  {{- include "orleans-shop.podLabels" (dict "root" .root "component" .component "more" $own.podLabels) | nindent 2 }}
{{- $annotations := dict -}}
{{- if include "orleans-shop.usesDemo" .root }}
{{- $_ := set $annotations "checksum/demo-secret" (include "orleans-shop.demoSecretData" .root | sha256sum) }}
{{- end }}
{{- with .root.Values.rotation.revision }}
{{- $_ := set $annotations "orleans-shop/rotation" (toString .) }}
{{- end }}
{{- with merge (dict) $own.podAnnotations $annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "orleans-shop.podSpec" -}}
{{- $values := .root.Values -}}
{{- $own := index $values .component -}}
serviceAccountName: {{ include "orleans-shop.serviceAccountName" . }}
automountServiceAccountToken: false
{{- /* Otherwise every Service of the namespace adds variables, and one that is called otel-… or aspnetcore-… could change settings. */}}
enableServiceLinks: false
terminationGracePeriodSeconds: {{ include "orleans-shop.grace" $own }}
{{- with $values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml $values.podSecurityContext | nindent 2 }}
{{- with $own.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $own.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if $own.affinity }}
affinity:
  {{- toYaml $own.affinity | nindent 2 }}
{{- else if $own.topologySpread.enabled }}
{{- /* The scheduler ignores the constraints below on nodes without a zone label; this keeps pods apart there, too. */}}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "orleans-shop.selector" . | nindent 14 }}
          {{- if semverCompare ">=1.31.0-0" .root.Capabilities.KubeVersion.Version }}
          matchLabelKeys: [pod-template-hash]
          {{- end }}
{{- end }}
{{- with $own.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if $own.topologySpread.enabled }}
topologySpreadConstraints:
  {{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    {{- /* A preference only: where nodes have no zone label, a requirement would keep every pod from starting. */}}
    whenUnsatisfiable: {{ eq $key "kubernetes.io/hostname" | ternary $own.topologySpread.whenUnsatisfiable "ScheduleAnyway" }}
    labelSelector:
      matchLabels:
        {{- include "orleans-shop.selector" $ | nindent 8 }}
    {{- /* Do not count the pods that are being replaced. */}}
    {{- if semverCompare ">=1.27.0-0" $.root.Capabilities.KubeVersion.Version }}
    matchLabelKeys: [pod-template-hash]
    {{- end }}
  {{- end }}
{{- end }}
volumes:
  {{- include "orleans-shop.tmpVolume" . | nindent 2 }}
  {{- with include "orleans-shop.databaseVolume" .root }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- if $values.tls.enabled }}
  - name: tls
    secret:
      secretName: {{ include "orleans-shop.tlsSecret" .root }}
      defaultMode: 288 # 0440, which not every reader of YAML takes for octal
  {{- end }}
  {{- with $own.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "orleans-shop.container" -}}
{{- $values := .root.Values -}}
{{- $own := index $values .component -}}
image: {{ include "orleans-shop.image" (dict "root" .root "image" .component) }}
imagePullPolicy: {{ $values.image.pullPolicy }}
securityContext:
  {{- toYaml $values.containerSecurityContext | nindent 2 }}
resources:
  {{- toYaml $own.resources | nindent 2 }}
volumeMounts:
  {{- include "orleans-shop.tmpMount" . | nindent 2 }}
  {{- with include "orleans-shop.databaseMount" .root }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- if $values.tls.enabled }}
  {{- /* The folder, not single files: Kubernetes replaces those of a folder when the certificate is renewed. */}}
  - name: tls
    mountPath: /tls
    readOnly: true
  {{- end }}
  {{- with $own.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{ include "orleans-shop.probes" . }}
{{- end -}}

{{- define "orleans-shop.probes" -}}
startupProbe:
  httpGet:
    path: /health/startup
    port: management
  periodSeconds: 2
  timeoutSeconds: 5
  {{- /* Rounded up. */}}
  failureThreshold: {{ div (add (include "orleans-shop.startupBudget" . | int) 1) 2 }}
livenessProbe:
  httpGet:
    path: /health/live
    port: management
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet:
    path: /health/ready
    port: management
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 2
{{- end -}}

{{/* The only folder that a process writes to. */}}
{{- define "orleans-shop.tmpVolume" -}}
- name: tmp
  emptyDir:
    sizeLimit: 256Mi
{{- end -}}
{{- define "orleans-shop.tmpMount" -}}
- name: tmp
  mountPath: /tmp
{{- end -}}

{{- define "orleans-shop.databaseVolume" -}}
{{- with .Values.database.rootCertificate.existingSecret -}}
- name: database-ca
  secret:
    secretName: {{ . }}
    defaultMode: 288 # 0440, which not every reader of YAML takes for octal
{{- end -}}
{{- end -}}
{{- define "orleans-shop.databaseMount" -}}
{{- if .Values.database.rootCertificate.existingSecret -}}
- name: database-ca
  mountPath: /database-ca
  readOnly: true
{{- end -}}
{{- end -}}
