package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownHeaderTest {
    @ParameterizedTest
    @EnumSource(KnownHeader.class)
    void eachNameIsFoundInAnyCase(KnownHeader header) {
        assertThat(find(header.text())).isEqualTo(header);
        assertThat(find(header.text().toUpperCase(Locale.ROOT))).isEqualTo(header);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "hosu", "gost", "content-lengtH2", "x-forwarded-tort", "-", ""})
    void otherNamesAreNot(String name) {
        assertThat(find(name)).isNull();
    }

    @Test
    void bitsOfASetFitALong() {
        assertThat(KnownHeader.values().length).isLessThanOrEqualTo(Long.SIZE);
    }

    private static @Nullable KnownHeader find(String name) {
        byte[] bytes = (": " + name + " ").getBytes(StandardCharsets.US_ASCII);
        return KnownHeader.of(bytes, 2, 2 + name.length());
    }
}
