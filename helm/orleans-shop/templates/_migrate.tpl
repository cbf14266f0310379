{{/* A hook runs before the release has any resources, so its database and Secret must exist already. */}}
{{- define "orleans-shop.migrateMode" -}}
{{- if ne .Values.migrate.mode "auto" -}}
{{- .Values.migrate.mode -}}
{{- else -}}
{{- eq .Values.database.mode "external" | ternary "hook" "initContainer" -}}
{{- end -}}
{{- end -}}

{{/* Whatever the Job needs has to be a hook, too, because the resources of the release do not exist yet. Argument: a weight. */}}
{{- define "orleans-shop.migrateHook" -}}
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-weight: {{ . | quote }}
# A failed Job stays, so that its log can be read.
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}

{{- define "orleans-shop.migrateContainer" -}}
image: {{ include "orleans-shop.image" (dict "root" . "image" "silo") }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
args: [migrate]
env:
  {{- include "orleans-shop.migrateEnv" . | nindent 2 }}
  {{- with .Values.migrate.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
securityContext:
  {{- toYaml .Values.containerSecurityContext | nindent 2 }}
resources:
  {{- toYaml .Values.migrate.resources | nindent 2 }}
volumeMounts:
  {{- include "orleans-shop.tmpMount" . | nindent 2 }}
  {{- with include "orleans-shop.databaseMount" . }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with .Values.migrate.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "orleans-shop.migrateJobSpec" -}}
backoffLimit: {{ int .Values.migrate.backoffLimit }}
activeDeadlineSeconds: {{ int .Values.migrate.activeDeadlineSeconds }}
{{- if and .Values.migrate.ttlSecondsAfterFinished (eq (include "orleans-shop.migrateMode" .) "job") }}
ttlSecondsAfterFinished: {{ int .Values.migrate.ttlSecondsAfterFinished }}
{{- end }}
template:
  metadata:
    labels:
      {{- include "orleans-shop.podLabels" (dict "root" . "component" "migrate" "more" .Values.migrate.podLabels) | nindent 6 }}
    {{- with .Values.migrate.podAnnotations }}
    annotations:
      {{- toYaml . | nindent 6 }}
    {{- end }}
  spec:
    restartPolicy: Never
    serviceAccountName: {{ include "orleans-shop.fullname" . }}-migrate
    automountServiceAccountToken: false
    enableServiceLinks: false
    {{- with .Values.image.pullSecrets }}
    imagePullSecrets:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    securityContext:
      {{- toYaml .Values.podSecurityContext | nindent 6 }}
    {{- with .Values.migrate.nodeSelector }}
    nodeSelector:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with .Values.migrate.tolerations }}
    tolerations:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    volumes:
      {{- include "orleans-shop.tmpVolume" . | nindent 6 }}
      {{- with include "orleans-shop.databaseVolume" . }}
      {{- . | nindent 6 }}
      {{- end }}
      {{- with .Values.migrate.extraVolumes }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    containers:
      - name: migrate
        {{- include "orleans-shop.migrateContainer" . | nindent 8 }}
{{- end -}}
