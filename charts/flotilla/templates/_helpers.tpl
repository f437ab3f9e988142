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

{{- /* The chart's own win over those of the user: the Service and others select by them. */ -}}
{{- define "flotilla.labels" -}}
{{- $chart := printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" -}}
{{- $own := include "flotilla.selectorLabels" . | fromYaml -}}
{{- $own = merge $own (dict "app.kubernetes.io/version" .Chart.AppVersion "app.kubernetes.io/managed-by" .Release.Service) -}}
{{- mergeOverwrite (deepCopy .Values.commonLabels) $own (dict "helm.sh/chart" $chart) | toYaml -}}
{{- end -}}

{{- /* Name, labels and annotations of an object: a dict of root, name, and where wanted namespace, labels, annotations. */ -}}
{{- define "flotilla.metadata" -}}
name: {{ .name }}
{{- with .namespace }}
namespace: {{ . }}
{{- end }}
labels:
  {{- mergeOverwrite (deepCopy (.labels | default dict)) (include "flotilla.labels" .root | fromYaml) | toYaml | nindent 2 }}
{{- with mergeOverwrite (deepCopy .root.Values.commonAnnotations) (.annotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "flotilla.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "flotilla.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "flotilla.image" -}}
{{- $repository := .Values.image.repository -}}
{{- with .Values.image.registry -}}
{{- $repository = printf "%s/%s" (trimSuffix "/" .) $repository -}}
{{- end -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (default .Chart.AppVersion .Values.image.tag) -}}
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
{{- if eq .Values.parking.policies "chart" -}}
{{- $_ := set $release "parking" (dict "installPolicies" false) -}}
{{- end -}}
{{- with .Values.failover -}}
{{- $_ := set $release "failover" . -}}
{{- end -}}
{{- if eq .Values.mode "agent" -}}
{{- $_ := set $release "mode" "agent" -}}
{{- $_ := set $release "agent" (pick .Values.agent "clusterName" "hostSecret") -}}
{{- $_ := set $release "leaderElection" (dict "leaseName" (include "flotilla.leaseName" .)) -}}
{{- end -}}
{{- mergeOverwrite (deepCopy .Values.config) $release | toYaml -}}
{{- end -}}

{{- /* The Lease of an agent's replicas. */ -}}
{{- define "flotilla.leaseName" -}}
{{- dig "leaderElection" "leaseName" (include "flotilla.fullname" .) .Values.config -}}
{{- end -}}

{{- /* templates.kinds, with those of rbac.propagate. */ -}}
{{- define "flotilla.templateKinds" -}}
{{- $kinds := deepCopy .Values.templates.kinds -}}
{{- range .Values.rbac.propagate -}}
{{- $name := splitn "." 2 (trimSuffix "/status" .) -}}
{{- $group := default "core" $name._1 -}}
{{- $known := get $kinds $group | default dict -}}
{{- $status := or (hasSuffix "/status" .) (eq (toString (get $known $name._0)) "aggregate") -}}
{{- $_ := set $kinds $group (merge (dict $name._0 (ternary "aggregate" "propagate" $status)) $known) -}}
{{- end -}}
{{- toYaml $kinds -}}
{{- end -}}

{{- /* The constraints, each about our own Pods unless it says otherwise. */ -}}
{{- define "flotilla.spread" -}}
{{- $own := dict "matchLabels" (include "flotilla.selectorLabels" . | fromYaml) -}}
{{- $constraints := list -}}
{{- range .Values.topologySpreadConstraints -}}
{{- $constraints = append $constraints (hasKey . "labelSelector" | ternary . (merge (dict "labelSelector" $own) .)) -}}
{{- end -}}
{{- toYaml $constraints -}}
{{- end -}}

{{- /* The same for the terms of podAntiAffinity. */ -}}
{{- define "flotilla.affinity" -}}
{{- $own := dict "matchLabels" (include "flotilla.selectorLabels" . | fromYaml) -}}
{{- $affinity := deepCopy .Values.affinity -}}
{{- range dig "podAntiAffinity" "preferredDuringSchedulingIgnoredDuringExecution" list $affinity -}}
{{- if not (hasKey .podAffinityTerm "labelSelector") -}}
{{- $_ := set .podAffinityTerm "labelSelector" $own -}}
{{- end -}}
{{- end -}}
{{- range dig "podAntiAffinity" "requiredDuringSchedulingIgnoredDuringExecution" list $affinity -}}
{{- if not (hasKey . "labelSelector") -}}
{{- $_ := set . "labelSelector" $own -}}
{{- end -}}
{{- end -}}
{{- toYaml $affinity -}}
{{- end -}}
