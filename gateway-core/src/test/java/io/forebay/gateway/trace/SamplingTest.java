package io.forebay.gateway.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.policy.AddressRange;
import java.net.URI;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplingTest {
    private static final List<AddressRange> LAN =
            List.of(AddressRange.parse("10.0.0.0/8").orElseThrow());
    private static final long NEVER = -1;
    private static final long ALWAYS = 0;

    @Test
    void ratioIsKept() {
        Sampling tenth = new Sampling(0.1, List.of());
        SplittableRandom random = new SplittableRandom(7);
        int sampled = 0;
        for (int i = 0; i < 100_000; i++) {
            sampled += tenth.samples(true, true, "10.0.0.1", random.nextLong()) ? 1 : 0;
        }
        assertThat(sampled).isBetween(9_500, 10_500);
    }

    @Test
    void noneAndAllAreExact() {
        assertThat(new Sampling(0, List.of()).samples(false, false, "10.0.0.1", ALWAYS))
                .isFalse();
        assertThat(new Sampling(1, List.of()).samples(false, false, "10.0.0.1", NEVER))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        // parent, its flag, client, random number that alone would say, decision
        "true,  true,  10.1.2.3,  -1, true",
        "true,  false, 10.1.2.3,   0, false",
        "false, false, 10.1.2.3,   0, true",
        "true,  true,  192.0.2.1, -1, false",
        "true,  false, 192.0.2.1,  0, true",
        "true,  true,  '',        -1, false",
    })
    void onlyATrustedClientDecides(
            boolean hasParent, boolean isParentSampled, String client, long random, boolean decision) {
        Sampling half = new Sampling(0.5, LAN);
        assertThat(half.samples(hasParent, isParentSampled, client, random)).isEqualTo(decision);
    }

    @Test
    void settingsAreRead() {
        TraceSettings settings = TraceSettings.of("http://collector:4318/", "0.25", "10.0.0.0/8, ::1");
        assertThat(settings.target()).isEqualTo(URI.create("http://collector:4318/v1/traces"));
        assertThat(settings.ratio()).isEqualTo(0.25);
        assertThat(settings.trusted()).hasSize(2);
        assertThat(TraceSettings.of("https://c/otlp", "0", "").target())
                .isEqualTo(URI.create("https://c/otlp/v1/traces"));
    }

    @ParameterizedTest
    @CsvSource({
        "collector:4318, 0, '', traces.endpoint must be an http or https URL: collector:4318",
        "'http://a b', 0, '', traces.endpoint must be an http or https URL: http://a b",
        "'http:///v1', 0, '', traces.endpoint must be an http or https URL: http:///v1",
        "http://c, 1.5, '', traces.ratio must be a number from 0 to 1: 1.5",
        "http://c, NaN, '', traces.ratio must be a number from 0 to 1: NaN",
        "http://c, some, '', traces.ratio must be a number from 0 to 1: some",
        "http://c, 0, '10.0.0.0/33', 'traces.trusted must be addresses or CIDR ranges with commas between them: 10.0.0.0/33'",
        "http://c, 0, 'gateway', 'traces.trusted must be addresses or CIDR ranges with commas between them: gateway'",
    })
    void settingThatIsNoneSaysWhatIs(String endpoint, String ratio, String trusted, String message) {
        assertThatThrownBy(() -> TraceSettings.of(endpoint, ratio, trusted))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
