package io.forebay.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeepAliveFieldTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timeout=5|5",
                "timeout=5, max=100|5",
                "max=100,timeout=72|72",
                "max=100 ,  Timeout=0 |0",
                "TIMEOUT=999999999|999999999",
                "timeout=1000000000|-1",
                "timeout=|-1",
                "timeout|-1",
                "timeout=-1|-1",
                "timeout=5s|-1",
                "xtimeout=5|-1",
                "timeouts=5|-1",
                "max=5|-1",
                ",|-1",
                "''|-1"
            })
    void timeoutIsFound(String value, long seconds) {
        byte[] bytes = (":" + value + "\r\n").getBytes(StandardCharsets.US_ASCII);
        assertThat(KeepAliveField.timeoutSeconds(bytes, 1, bytes.length - 2)).isEqualTo(seconds);
    }
}
