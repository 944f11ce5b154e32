package io.forebay.admin.call;

import com.fasterxml.jackson.annotation.JsonInclude;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/// Writes documents: members in the order of the record, absent values left out, times as RFC 3339.
final class Json {
    private static final JsonMapper WRITER = JsonMapper.builder()
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private Json() {}

    static byte[] bytes(Object document) {
        return WRITER.writeValueAsBytes(document);
    }
}
