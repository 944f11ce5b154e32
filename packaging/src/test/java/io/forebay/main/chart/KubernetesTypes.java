package io.forebay.main.chart;

import static java.util.Objects.requireNonNull;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;

/// The types that an API server would hold manifests to, as its OpenAPI document made them: unknown fields, fields that
/// are missing and values of another type are errors.
final class KubernetesTypes {
    private static final Map<String, Class<?>> TYPES = Map.of(
            "apps/v1 StatefulSet", V1StatefulSet.class,
            "v1 ConfigMap", V1ConfigMap.class,
            "v1 Service", V1Service.class,
            "policy/v1 PodDisruptionBudget", V1PodDisruptionBudget.class,
            "networking.k8s.io/v1 NetworkPolicy", V1NetworkPolicy.class);

    /// Kinds of the Prometheus operator, which are no part of Kubernetes.
    private static final Map<String, Class<?>> ADDED = Map.of(
            "monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class,
            "monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class);

    private static final Gson PLAIN = new Gson();

    static {
        // Makes the readers of all types.
        JSON.getGson();
    }

    private KubernetesTypes() {}

    /// @throws IllegalArgumentException what is wrong
    static void require(Manifest manifest) {
        String kind = manifest.text("apiVersion") + " " + manifest.kind();
        Class<?> added = ADDED.get(kind);
        Class<?> type = TYPES.get(kind);
        if (added != null) {
            BeanTypes.require(added, manifest.value(), manifest.kind());
            return;
        }
        if (type == null) {
            throw new IllegalArgumentException("no such type: " + kind);
        }
        JsonElement json = PLAIN.toJsonTree(manifest.value());
        try {
            type.getMethod("validateJsonElement", JsonElement.class).invoke(null, json);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(
                    manifest.kind() + " " + manifest.name() + ": "
                            + requireNonNull(e.getCause()).getMessage(),
                    e);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type.getName(), e);
        }
        var _ = JSON.getGson().fromJson(json, type);
    }
}
