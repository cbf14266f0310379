{{- define "orleans-shop.usesDemo" -}}
{{- if or (eq .Values.database.mode "demo") (eq .Values.broker.mode "demo") -}}true{{- end -}}
{{- end -}}

{{- define "orleans-shop.demoSecretData" -}}
{{- if eq .Values.database.mode "demo" }}
username: {{ b64enc "shop" }}
password: {{ include "orleans-shop.demoPassword" (dict "root" . "of" "postgres") | b64enc }}
opsKey: {{ include "orleans-shop.demoPassword" (dict "root" . "of" "opskey") | b64enc }}
{{- end }}
{{- if eq .Values.broker.mode "demo" }}
{{- $password := include "orleans-shop.demoPassword" (dict "root" . "of" "rabbitmq") }}
rabbitmqUsername: {{ b64enc "shop" }}
rabbitmqPassword: {{ b64enc $password }}
uri: {{ printf "amqp://shop:%s@%s:5672/" $password (include "orleans-shop.brokerName" .) | b64enc }}
{{- end }}
{{- end -}}

{{/* A warning on the resources themselves. */}}
{{- define "orleans-shop.demoAnnotations" -}}
orleans-shop/not-for-production: "One copy, no backup, and passwords that can be computed from the names of namespace and release."
{{- end -}}

{{/* The user of the official images. */}}
{{- define "orleans-shop.demoPodSecurity" -}}
runAsNonRoot: true
runAsUser: 999
runAsGroup: 999
fsGroup: 999
{{- /* Otherwise every start would open files to the group, and both servers refuse files that others can read. */}}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* Where a demo's server keeps its data: an emptyDir, unless there are claims. */}}
{{- define "orleans-shop.demoData" -}}
{{- if not .Values.demo.persistence.enabled -}}
- name: data
  emptyDir: {}
{{- end -}}
{{- end -}}
{{- define "orleans-shop.demoClaims" -}}
{{- with .Values.demo.persistence -}}
{{- if .enabled -}}
volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      {{- with .storageClass }}
      storageClassName: {{ . }}
      {{- end }}
      resources:
        requests:
          storage: {{ .size }}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* (dict "root" $ "component" "demo-postgres" "port" 5432 "name" "postgres") */}}
{{- define "orleans-shop.demoService" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "orleans-shop.fullname" .root }}-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "orleans-shop.labels" . | nindent 4 }}
    orleans-shop/profile: demo
spec:
  type: ClusterIP
  selector:
    {{- include "orleans-shop.selector" . | nindent 4 }}
  ports:
    - name: {{ .name }}
      port: {{ .port }}
      targetPort: {{ .name }}
      protocol: TCP
{{- end -}}
