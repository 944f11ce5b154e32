package io.forebay.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HealthMessageTest {
    private static final HexFormat HEX = HexFormat.of();

    private static int status(String hex) {
        return HealthMessage.status(ByteBuffer.wrap(HEX.parseHex(hex)));
    }

    @Test
    void theServerAsAWholeHasNoName() {
        assertThat(HEX.formatHex(HealthMessage.request(""))).isEqualTo("0000000000");
    }

    @Test
    void aServiceIsAskedByItsName() {
        assertThat(HEX.formatHex(HealthMessage.request("a.B"))).isEqualTo("0000000005" + "0a03" + "612e42");
    }

    @Test
    void sizesOfNamesAreVarintsOfBytes() {
        assertThat(HEX.formatHex(HealthMessage.request("x".repeat(127)))).startsWith("0000000081" + "0a7f" + "78");
        assertThat(HEX.formatHex(HealthMessage.request("ä".repeat(100)))).startsWith("00000000cb" + "0ac801" + "c3a4");
    }

    @ParameterizedTest
    @CsvSource({
        "0000000000, 0", // the default is left out
        "00000000020800, 0",
        "00000000020801, 1",
        "00000000020802, 2",
        "00000000020803, 3",
        "0000000003088001, 128",
        "000000000408020801, 1", // the last one counts
        "000000000912036162630801" + "1801, 1", // others are skipped, of any type
        "0000000010110102030405060708" + "1d01020304" + "0801, 1",
    })
    void theStatusIsFieldOne(String answer, int expected) {
        assertThat(status(answer)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // nothing
                "00000000", // half a prefix
                "000000000208", // less than the prefix says
                "0000000002080108", // more
                "00000000020801" + "00000000020801", // two messages
                "01000000020801", // compressed
                "00000000010a", // half a field
                "0000000003120501", // a field beyond the end
                "00000000020b01", // a group
                "000000000d12ffffffffffffffffff010801", // a field of a negative size
                "000000000d08ffffffffffffffffffff010801", // a varint of eleven bytes
                "000000000b08ffffffffffffffffff01", // a negative status
                "00ffffffff0801" // a negative size
            })
    void whatIsNoAnswerIsMalformed(String answer) {
        assertThat(status(answer)).isEqualTo(HealthMessage.MALFORMED);
    }
}
