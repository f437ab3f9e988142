{{- define "flotilla.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- /* Room is left for what the names of single objects add. */ -}}
{{- define "flotilla.fullname" -}}
{{- $name := include "flotilla.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "flotilla.selectorLabels" -}}
app.kubernetes.io/name: {{ include "flotilla.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "flotilla.labels" -}}
{{ include "flotilla.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "flotilla.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "flotilla.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "flotilla.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- /* The port behind the last colon of the address to listen on. */ -}}
{{- define "flotilla.port" -}}
{{- regexFind "[0-9]+$" (default "0.0.0.0:8080" .Values.config.bindAddress) -}}
{{- end -}}

{{- /* The operator's configuration file: the user's settings, and what the release decides. */ -}}
{{- define "flotilla.configuration" -}}
{{- $release := dict "namespace" .Release.Namespace "installCrds" .Values.crds.install -}}
{{- if .Values.rbac.create -}}
{{- $_ := set $release "ownerClusterRole" (include "flotilla.fullname" .) -}}
{{- end -}}
{{- mergeOverwrite (deepCopy .Values.config) $release | toYaml -}}
{{- end -}}
