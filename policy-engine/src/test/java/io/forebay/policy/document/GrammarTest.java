package io.forebay.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrammarTest {

    @ParameterizedTest
    @CsvSource({"0s,0", "500ms,500", "1h30m,5400000", "2s,2000", "99999h,359996400000", "1m1m,120000"})
    void durationsFollowGep2257(String text, long expectedMs) {
        assertThat(Gep2257.parse(text))
                .hasValueSatisfying(found -> assertThat(found.toMillis()).isEqualTo(expectedMs));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "-1s", "1.5s", "1d", "100000s", "1s1s1s1s1s", " 1s", "1S"})
    void otherDurationsAreRefused(String text) {
        assertThat(Gep2257.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "1024,1024",
        "64Ki,65536",
        "1Mi,1048576",
        "50Gi,53687091200",
        "1k,1000",
        "2M,2000000",
        "3T,3000000000000"
    })
    void sizesAreWholeQuantities(String text, long expectedBytes) {
        assertThat(ByteSize.parse(text)).contains(new ByteSize(expectedBytes));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.5Mi", "-1", "1MiB", "1 Mi", "9999999999Ti"})
    void otherSizesAreRefused(String text) {
        assertThat(ByteSize.parse(text)).isEmpty();
    }

    @Test
    void theNearestWordIsSuggestedAndFarOnesAreNot() {
        List<String> fields = List.of("backendRefs", "matches", "name", "timeouts");

        assertThat(Suggestion.nearest("backendRef", fields)).isEqualTo("backendRefs");
        assertThat(Suggestion.nearest("nmae", fields)).isEqualTo("name");
        assertThat(Suggestion.nearest("MATCHES", fields)).isEqualTo("matches");
        assertThat(Suggestion.nearest("quota", fields)).isNull();
        assertThat(Suggestion.nearest("x", fields)).isNull();
    }

    @Test
    void aTranspositionIsOneEdit() {
        assertThat(Suggestion.distance("nmae", "name")).isEqualTo(1);
        assertThat(Suggestion.distance("kitten", "sitting")).isEqualTo(3);
    }
}
