package io.forebay.main.chart;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Holds what a manifest says to the beans of a published model, which were made from the kind's own schema: a field
/// that the bean lacks, and a value of another type, is an error.
final class BeanTypes {
    private BeanTypes() {}

    /// @throws IllegalArgumentException what is wrong, and where
    static void require(Type type, Object value, String path) {
        if (type instanceof ParameterizedType generic) {
            if (generic.getRawType() == List.class) {
                requireThat(value instanceof List, path, type);
                for (Object element : (List<?>) value) {
                    require(generic.getActualTypeArguments()[0], element, path + "[]");
                }
            } else {
                requireThat(value instanceof Map, path, type);
            }
            return;
        }
        switch (((Class<?>) type).getSimpleName()) {
            case "String", "Duration" -> requireThat(value instanceof String, path, type);
            case "Integer", "Long" -> requireThat(value instanceof Integer || value instanceof Long, path, type);
            case "Boolean" -> requireThat(value instanceof Boolean, path, type);
            case "Object" -> {}
            default -> bean((Class<?>) type, value, path);
        }
    }

    private static void bean(Class<?> type, Object value, String path) {
        if (type == IntOrString.class) {
            requireThat(value instanceof String || value instanceof Integer, path, type);
            return;
        }
        requireThat(value instanceof Map, path, type);
        Map<String, Type> fields = new LinkedHashMap<>();
        for (Method method : type.getMethods()) {
            JsonProperty property = method.getAnnotation(JsonProperty.class);
            if (property != null && method.getParameterCount() == 0) {
                fields.put(property.value(), method.getGenericReturnType());
            }
        }
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
            Type field = fields.get(String.valueOf(entry.getKey()));
            if (field == null) {
                throw new IllegalArgumentException(path + " has no field " + entry.getKey());
            }
            require(field, entry.getValue(), path + "." + entry.getKey());
        }
    }

    private static void requireThat(boolean isSo, String path, Type type) {
        if (!isSo) {
            throw new IllegalArgumentException(path + " is no " + type.getTypeName());
        }
    }
}
