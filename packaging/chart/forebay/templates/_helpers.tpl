{{/* The name of everything: unique to the release. */}}
{{- define "forebay.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 45 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 45 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 45 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "forebay.headless" -}}
{{ include "forebay.fullname" . }}-peers
{{- end -}}

{{- define "forebay.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "forebay.labels" -}}
{{ include "forebay.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
{{- end -}}

{{- define "forebay.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* The job of a scrape: shipped rules select on a job with forebay in its name. */}}
{{- define "forebay.job" -}}
{{- $name := include "forebay.fullname" . -}}
{{- if contains "forebay" $name }}{{ $name }}{{ else }}{{ $name }}-forebay{{ end -}}
{{- end -}}

{{/* What the process takes to drain, and half a minute to close. */}}
{{- define "forebay.grace" -}}
{{- $least := add (int .Values.drain.noticeSeconds) (int .Values.drain.seconds) -}}
{{- if .Values.terminationGracePeriodSeconds -}}
{{- if le (int .Values.terminationGracePeriodSeconds) (int $least) -}}
{{- fail (printf "terminationGracePeriodSeconds must be more than drain.noticeSeconds and drain.seconds together, which is %d: %d" (int $least) (int .Values.terminationGracePeriodSeconds)) -}}
{{- end -}}
{{- int .Values.terminationGracePeriodSeconds -}}
{{- else -}}
{{- add $least 35 -}}
{{- end -}}
{{- end -}}

{{/* How many pods know of each other: those that there are, and those that come next. */}}
{{- define "forebay.peers.count" -}}
{{- $count := int (.Values.peers.count | default .Values.replicas) -}}
{{- if lt $count (int .Values.replicas) -}}
{{- fail (printf "peers.count must be at least replicas, which is %d: %d" (int .Values.replicas) $count) -}}
{{- end -}}
{{- $count -}}
{{- end -}}

{{/* "true", or nothing for a pod that is alone. */}}
{{- define "forebay.peers" -}}
{{- if gt (int (include "forebay.peers.count" .)) 1 }}true{{ end -}}
{{- end -}}

{{/* A value as text: numbers of a file of values are float64 here, and great ones would come as 1e+06. */}}
{{- define "forebay.plain" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) }}{{ int64 . }}{{ else }}{{ . }}{{ end -}}
{{- end -}}

{{/* The boot configuration; the number of the node is given to each pod by itself. */}}
{{- define "forebay.boot" -}}
health.port = {{ int .Values.health.port }}
health.metrics = {{ .Values.metrics.enabled }}
drain.notice.seconds = {{ int .Values.drain.noticeSeconds }}
drain.seconds = {{ int .Values.drain.seconds }}
{{- if include "forebay.peers" . }}
{{- if not .Values.peers.tlsSecret }}
{{- fail (printf "%s: %s needs peers.tlsSecret: a Secret with tls.crt, tls.key and ca.crt by which the pods know each other (docs/kubernetes.md)" (ternary "peers.count" "replicas" (gt (int .Values.peers.count) 1)) (include "forebay.peers.count" .)) }}
{{- end }}
peers.address = {{ include "forebay.fullname" . }}-{shard}.{{ include "forebay.headless" . }}.{{ .Release.Namespace }}.svc.{{ .Values.clusterDomain }}:{{ int .Values.peers.port }}
peers.count = {{ include "forebay.peers.count" . }}
peers.port = {{ int .Values.peers.port }}
peers.tls.certificate = /etc/forebay/peers/tls.crt
peers.tls.key = /etc/forebay/peers/tls.key
peers.tls.ca = /etc/forebay/peers/ca.crt
peers.tls.name = {{ .Values.peers.tlsName }}
{{- end }}
{{- $own := list "node.id" "health.port" "health.metrics" "drain.notice.seconds" "drain.seconds" "peers.address" "peers.count" "peers.port" "peers.tls.certificate" "peers.tls.key" "peers.tls.ca" "peers.tls.name" }}
{{- range $key, $value := .Values.boot }}
{{- if has $key $own }}
{{- fail (printf "boot must not have %s: the chart sets it by its own values" $key) }}
{{- end }}
{{- if and (hasPrefix "peers." $key) (not (include "forebay.peers" $)) }}
{{- fail (printf "boot must not have %s: a pod that is alone has no peers" $key) }}
{{- end }}
{{ $key }} = {{ include "forebay.plain" $value }}
{{- end }}
{{- end -}}
