package io.forebay.policy.document;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.SessionPersistence;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fields that a typed document class has, and how to make one: a record of ours (its components), or a bean
/// of the published Kubernetes models (its `@JsonProperty` fields and setters). Reflection runs at load time only.
sealed interface Shape {

    /// One field of a typed document.
    ///
    /// @param name as the file writes it
    /// @param isRequired absent means a fault; the models' own required fields are rows of [GatewayApiRules]
    record Field(String name, Type type, boolean isRequired) {}

    /// Fields by the name the file uses.
    Map<String, Field> fields();

    /// Makes the object; absent fields are null, absent lists and maps of records empty.
    Object create(Map<String, ?> values);

    static Shape of(Class<?> type) {
        return type.isRecord() ? RecordShape.of(type) : BeanShape.of(type);
    }

    record RecordShape(Map<String, Field> fields, Constructor<?> constructor) implements Shape {

        static RecordShape of(Class<?> type) {
            Map<String, Field> fields = new LinkedHashMap<>();
            for (RecordComponent component : type.getRecordComponents()) {
                Key key = component.getAnnotation(Key.class);
                String name = key == null ? component.getName() : key.value();
                fields.put(name, new Field(name, component.getGenericType(), isRequired(component)));
            }
            Class<?>[] types = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            try {
                Constructor<?> constructor = type.getDeclaredConstructor(types);
                return new RecordShape(fields, constructor);
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException(type + " lacks its canonical constructor", e);
            }
        }

        private static boolean isRequired(RecordComponent component) {
            return !Collection.class.isAssignableFrom(component.getType())
                    && !Map.class.isAssignableFrom(component.getType())
                    && !component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        }

        private static @Nullable Object empty(Type type) {
            if (type instanceof ParameterizedType generic) {
                return generic.getRawType() == Map.class ? Map.of() : List.of();
            }
            return null;
        }

        @Override
        public Object create(Map<String, ?> values) {
            @Nullable Object[] arguments = new Object[fields.size()];
            int i = 0;
            for (Field field : fields.values()) {
                Object value = values.get(field.name());
                arguments[i++] = value == null ? empty(field.type()) : value;
            }
            try {
                return constructor.newInstance(arguments);
            } catch (InstantiationException | IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("cannot make a " + constructor.getDeclaringClass(), e);
            }
        }
    }

    record BeanShape(Map<String, Field> fields, Map<String, Method> setters, Constructor<?> constructor)
            implements Shape {
        /// Texts that the Gateway API has and the published model lacks; they are its additional properties.
        private static final Map<Class<?>, String> LACKING =
                Map.of(SessionPersistence.class, SessionRules.IDLE_TIMEOUT);

        static BeanShape of(Class<?> type) {
            Map<String, Field> fields = new LinkedHashMap<>();
            Map<String, Method> setters = new LinkedHashMap<>();
            for (Method getter : type.getMethods()) {
                JsonProperty property = getter.getAnnotation(JsonProperty.class);
                if (property != null && getter.getParameterCount() == 0) {
                    String name = property.value();
                    fields.put(name, new Field(name, getter.getGenericReturnType(), false));
                    setters.put(name, setter(type, getter));
                }
            }
            String lacking = LACKING.get(type);
            if (lacking != null) {
                fields.put(lacking, new Field(lacking, String.class, false));
            }
            try {
                return new BeanShape(fields, setters, type.getConstructor());
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException(type + " is no bean", e);
            }
        }

        private static Method setter(Class<?> type, Method getter) {
            try {
                return type.getMethod("set" + getter.getName().substring("get".length()), getter.getReturnType());
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException(type + " has no setter for " + getter.getName(), e);
            }
        }

        @Override
        public Object create(Map<String, ?> values) {
            try {
                Object bean = constructor.newInstance();
                for (Map.Entry<String, ?> value : values.entrySet()) {
                    Method setter = setters.get(value.getKey());
                    if (setter != null) {
                        setter.invoke(bean, value.getValue());
                    } else if (bean instanceof SessionPersistence session) {
                        session.setAdditionalProperty(value.getKey(), value.getValue());
                    }
                }
                return bean;
            } catch (InstantiationException | IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("cannot make a " + constructor.getDeclaringClass(), e);
            }
        }
    }
}
