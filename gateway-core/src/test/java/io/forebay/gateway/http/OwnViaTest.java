package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnViaTest {
    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.1", "2", "3"})
    void versionIsTheOneThatTheRequestCameBy(String version) {
        assertThat(new String(OwnVia.of(version), StandardCharsets.US_ASCII)).isEqualTo(version + " forebay");
    }
}
