package io.forebay.policy.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.TestRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreferTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "respond-async | true | -1 | false",
                "Respond-Async | true | -1 | false",
                "respond-async, wait=10 | true | 10 | false",
                "wait=10,respond-async | true | 10 | false",
                "respond-async; foo=bar, wait = 5 | true | 5 | false",
                "wait=\"7\" | false | 7 | false",
                "wait=1, wait=2 | false | 1 | false",
                "redirect | false | -1 | true",
                "respond-async=\"\" | true | -1 | false",
                "respond-async; | true | -1 | false",
                ", ,respond-async,, | true | -1 | false",
                "return=minimal, handling=lenient | false | -1 | false",
                "respond-async=yes | false | -1 | false",
                "respond-async yes | false | -1 | false",
                "\"respond-async\" | false | -1 | false",
                "x=\"a, respond-async\", wait=3 | false | 3 | false",
                "a b=\"x, respond-async, y\", wait=3 | false | 3 | false",
                "x=\"a \\\" respond-async, wait=3 | false | -1 | false",
                "wait=-1 | false | -1 | false",
                "wait=1.5 | false | -1 | false",
                "wait= | false | -1 | false",
                "wait=, respond-async | true | -1 | false",
                "wait | false | -1 | false",
                "wait=99999999999999999999 | false | 2147483647 | false",
                "=1, respond-async | true | -1 | false",
                "a b=c, respond-async | true | -1 | false",
            })
    void preferencesAreReadByRfc7240AndMalformedOnesIgnored(String field, boolean async, int wait, boolean redirect) {
        assertThat(Prefer.parse(field)).isEqualTo(new Prefer(async, wait, redirect));
    }

    @Test
    void absentAndEmptyFieldsPreferNothing() {
        assertThat(Prefer.parse(null)).isEqualTo(Prefer.NOTHING);
        assertThat(Prefer.parse("")).isEqualTo(Prefer.NOTHING);
    }

    @Test
    void severalFieldLinesAreOneList() {
        TestRequest request = TestRequest.get("h", "/").with("prefer", "wait=4").with("prefer", "respond-async");
        assertThat(Prefer.of(request)).isEqualTo(new Prefer(true, 4, false));
    }
}
