{{/* Values that the API server would refuse, or that only show once a pod runs: said here by their names. */}}
{{- define "forebay.checks" -}}
{{- include "forebay.checks.names" . -}}
{{- include "forebay.checks.service" . -}}
{{- include "forebay.checks.ports" . -}}
{{- end -}}

{{- define "forebay.checks.names" -}}
{{- with .Values.nameOverride -}}
{{- if not (regexMatch "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$" .) -}}
{{- fail (printf "nameOverride must be a DNS label, of a-z, 0-9 and - between them: %s" .) -}}
{{- end -}}
{{- end -}}
{{- $label := "^[a-z]([a-z0-9-]*[a-z0-9])?$" -}}
{{- with .Values.fullnameOverride -}}
{{- if not (regexMatch $label .) -}}
{{- fail (printf "fullnameOverride must be a DNS label, of a-z, 0-9 and - between them, and begin with a letter: %s" .) -}}
{{- end -}}
{{- end -}}
{{- $name := include "forebay.fullname" . -}}
{{- if not (regexMatch $label $name) -}}
{{- fail (printf "the release makes Services named %s, which is no DNS label that begins with a letter: set fullnameOverride" $name) -}}
{{- end -}}
{{- end -}}

{{- define "forebay.checks.service" -}}
{{- $service := .Values.service -}}
{{- if and $service.loadBalancerClass (ne $service.type "LoadBalancer") -}}
{{- fail (printf "service.loadBalancerClass needs service.type LoadBalancer: %s" $service.type) -}}
{{- end -}}
{{- if eq $service.type "ClusterIP" -}}
{{- if $service.externalTrafficPolicy -}}
{{- fail "service.externalTrafficPolicy needs service.type NodePort or LoadBalancer: ClusterIP" -}}
{{- end -}}
{{- range .Values.ports -}}
{{- if .nodePort -}}
{{- fail (printf "ports: nodePort of %s needs service.type NodePort or LoadBalancer: ClusterIP" .name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Listeners are told apart by their numbers in the pod, and by their names in the Service. */}}
{{- define "forebay.checks.ports" -}}
{{- $admin := int (get .Values.boot "admin.port" | default 9901) -}}
{{- $taken := dict (toString $admin) "the operators' port" -}}
{{- $own := list (list (int .Values.health.port) "health.port") -}}
{{- if include "forebay.peers" . -}}
{{- $own = append $own (list (int .Values.peers.port) "peers.port") -}}
{{- end -}}
{{- range .Values.ports -}}
{{- $own = append $own (list (int .containerPort) (printf "ports: containerPort of %s" .name)) -}}
{{- end -}}
{{- range $own -}}
{{- $number := toString (first .) -}}
{{- if hasKey $taken $number -}}
{{- fail (printf "%s is the number of %s too: %s" (last .) (get $taken $number) $number) -}}
{{- end -}}
{{- $_ := set $taken $number (last .) -}}
{{- end -}}
{{- $names := dict -}}
{{- range .Values.ports -}}
{{- if or (contains "--" .name) (not (regexMatch "[a-z]" .name)) -}}
{{- fail (printf "ports: a name must have a letter, and no two - in a row: %s" .name) -}}
{{- end -}}
{{- range ternary (list .name (printf "%s-h3" .name)) (list .name) (.http3 | default false) -}}
{{- if hasKey $names . -}}
{{- fail (printf "ports: two have the name %s" .) -}}
{{- end -}}
{{- $_ := set $names . true -}}
{{- end -}}
{{- end -}}
{{- end -}}
