package io.forebay.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.CookieLine;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestHashTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "id=1|1",
                "id=1; other=2|1",
                "other=2; id=1|1",
                "other=2;id=1;x=3|1",
                "xid=2; id=1|1",
                "idx=2; id=1|1",
                "id=1; id=2|1",
                "id=a=b|a=b",
                "id=|\"\"",
                "id|none",
                "other=id=1|none",
                "ID=1|none",
                ";; id=1|1",
                "\"\"|none"
            })
    void theValueOfACookieIsFound(String field, String expected) {
        byte[] bytes = ("##" + field + ";id=9").getBytes(StandardCharsets.ISO_8859_1);
        long span = CookieLine.value(bytes, ByteSpan.of(2, field.length()), "id".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(ByteSpan.isPresent(span) ? ByteSpan.text(bytes, span) : "none")
                .isEqualTo(expected);
    }
}
