package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            bytes=0-0,    0, 1
            bytes=0-,     0, 10
            bytes=-3,     7, 10
            bytes=-30,    0, 10
            bytes=9-99,   9, 10
            bytes=10-,    10, 10
            bytes=11-12,  10, 10
            bytes=-0,     10, 10
            """)
    void ranges(String text, long from, long end) {
        assertThat(ByteRange.parse(text, 10)).isEqualTo(new ByteRange(from, end));
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=-",
        "bytes=",
        "bytes=2-1",
        "'bytes=0-1,3-4'",
        "bytes=a-b",
        "items=0-1",
        "bytes=1-99999999999999999999"
    })
    void whatIsNoneIsIgnored(String text) {
        assertThat(ByteRange.parse(text, 10)).isNull();
    }
}
