package io.forebay.gateway.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.proxyprotocol.ProxyHeaderReader.Reading;
import io.forebay.mesh.BackendTransport.ProxyVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    private static ConnectionAddresses addresses(String source, int sourcePort, String destination, int port) {
        return new ConnectionAddresses(
                new InetSocketAddress(InetAddress.ofLiteral(source), sourcePort),
                new InetSocketAddress(InetAddress.ofLiteral(destination), port));
    }

    private static Reading read(String text) {
        return ProxyHeaderReader.read(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    private static Reading readHex(String hex) {
        return ProxyHeaderReader.read(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    @Test
    void lineTellsBothEnds() {
        String line = "PROXY TCP4 203.0.113.9 10.0.0.1 56324 443\r\n";
        assertThat(read(line + "GET /"))
                .isEqualTo(new Reading.Header(line.length(), addresses("203.0.113.9", 56324, "10.0.0.1", 443)));
        String v6 = "PROXY TCP6 2001:db8::9 ::1 1 65535\r\n";
        assertThat(read(v6)).isEqualTo(new Reading.Header(v6.length(), addresses("2001:db8::9", 1, "::1", 65535)));
    }

    @Test
    void peerThatSpeaksForItselfSaysUnknown() {
        assertThat(read("PROXY UNKNOWN\r\n")).isEqualTo(new Reading.Header(15, ConnectionAddresses.UNKNOWN));
        assertThat(read("PROXY UNKNOWN ffff::1 what ever\r\n"))
                .isEqualTo(new Reading.Header(33, ConnectionAddresses.UNKNOWN));
        assertThat(readHex(SIGNATURE + "20 00 0000")).isEqualTo(new Reading.Header(16, ConnectionAddresses.UNKNOWN));
        assertThat(readHex(SIGNATURE + "20 11 0003 aabbcc"))
                .isEqualTo(new Reading.Header(19, ConnectionAddresses.UNKNOWN));
        assertThat(readHex(SIGNATURE + "21 00 0000")).isEqualTo(new Reading.Header(16, ConnectionAddresses.UNKNOWN));
        assertThat(readHex(SIGNATURE + "21 31 00d8" + "00".repeat(216)))
                .isEqualTo(new Reading.Header(232, ConnectionAddresses.UNKNOWN));
    }

    @Test
    void binaryHeaderTellsBothEndsAndSkipsTheRest() {
        assertThat(readHex(SIGNATURE + "21 11 000f cb007109 0a000001 dc04 01bb 030405 474554"))
                .isEqualTo(new Reading.Header(31, addresses("203.0.113.9", 56324, "10.0.0.1", 443)));
        assertThat(readHex(SIGNATURE + "21 21 0024 20010db8000000000000000000000009" + "0".repeat(31) + "1 0001 0002"))
                .isEqualTo(new Reading.Header(52, addresses("2001:db8::9", 1, "::1", 2)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 203.0.113.9 10.0.0.1 56324 443\n",
                "PROXY TCP4 203.0.113.9 10.0.0.1 56324\r\n",
                "PROXY TCP4 203.0.113.9 10.0.0.1 56324 443 \r\n",
                "PROXY  TCP4 203.0.113.9 10.0.0.1 56324 443\r\n",
                "PROXY TCP4 203.0.113.9 10.0.0.1 56324 65536\r\n",
                "PROXY TCP4 203.0.113.9 10.0.0.1 056 443\r\n",
                "PROXY TCP4 203.0.113.9 10.0.0.1 -1 443\r\n",
                "PROXY TCP4 203.0.113 10.0.0.1 1 443\r\n",
                "PROXY TCP4 ::1 ::1 1 443\r\n",
                "PROXY TCP6 10.0.0.1 10.0.0.1 1 443\r\n",
                "PROXY TCP6 fe80::1%lo ::1 1 443\r\n",
                "PROXY TCP6 ::::: ::1 1 443\r\n",
                "PROXY UDP4 203.0.113.9 10.0.0.1 1 443\r\n",
                "PROXY localhost\r\n",
                "PROXY \r\n",
            })
    void lineThatIsNotStrictlyOneIsMalformed(String text) {
        assertThat(read(text)).isInstanceOf(Reading.Malformed.class);
    }

    @Test
    void lineMayHaveAHundredAndSevenBytes() {
        assertThat(read("PROXY UNKNOWN" + " ".repeat(92) + "\r\n")).isInstanceOf(Reading.Header.class);
        assertThat(read("PROXY UNKNOWN" + " ".repeat(93) + "\r\n")).isInstanceOf(Reading.Malformed.class);
        assertThat(read("PROXY " + "1".repeat(100))).isInstanceOf(Reading.Incomplete.class);
        assertThat(read("PROXY " + "1".repeat(101))).isInstanceOf(Reading.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "11 11 000c", // version 1 in a binary header
                "22 11 000c", // no such command
                "21 12 000c", // over UDP
                "21 41 000c", // no such family
                "21 11 000b", // shorter than its addresses
                "21 21 0023",
                "21 11 0ff1", // longer than we read
            })
    void binaryHeaderThatCannotBeIsMalformedAtOnce(String fields) {
        assertThat(readHex(SIGNATURE + fields)).isInstanceOf(Reading.Malformed.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"G", "PRI * HTTP/2.0", "PROX/", "POST", "\r\n\r\n\r\n", "\r\n\r\nG", "\u0016\u0003\u0001"})
    void otherBytesAreNoHeader(String text) {
        assertThat(read(text)).isInstanceOf(Reading.Absent.class);
    }

    @Test
    void whatIsWrittenIsRead() {
        Random random = new Random(17);
        for (int i = 0; i < 1_000; i++) {
            boolean isV4 = random.nextBoolean();
            ConnectionAddresses told = new ConnectionAddresses(any(random, isV4), any(random, isV4));
            for (ProxyVersion version : ProxyVersion.values()) {
                ByteBuf header = ProxyHeaderWriter.write(version, told, UnpooledByteBufAllocator.DEFAULT);
                for (int cut = 0; cut < header.writerIndex(); cut++) {
                    assertThat(ProxyHeaderReader.read(header.slice(0, cut))).isInstanceOf(Reading.Incomplete.class);
                }
                assertThat(ProxyHeaderReader.read(header)).isEqualTo(new Reading.Header(header.readableBytes(), told));
                header.release();
            }
        }
    }

    private static InetSocketAddress any(Random random, boolean isV4) {
        byte[] bytes = new byte[isV4 ? 4 : 16];
        random.nextBytes(bytes);
        if (!isV4) {
            bytes[0] = 0x20;
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), random.nextInt(65_536));
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource(ProxyVersion.class)
    void connectionsOfTheGatewayItselfSaySo(ProxyVersion version) {
        ByteBuf header =
                ProxyHeaderWriter.write(version, ConnectionAddresses.UNKNOWN, UnpooledByteBufAllocator.DEFAULT);
        assertThat(ProxyHeaderReader.read(header))
                .isEqualTo(new Reading.Header(header.readableBytes(), ConnectionAddresses.UNKNOWN));
        header.release();
    }

    @Test
    void endsOfDifferentVersionsOfIpAreBothWrittenAsVersionSix() {
        ConnectionAddresses mixed = addresses("203.0.113.9", 7, "2001:db8::1", 8);
        for (ProxyVersion version : ProxyVersion.values()) {
            ByteBuf header = ProxyHeaderWriter.write(version, mixed, UnpooledByteBufAllocator.DEFAULT);
            // Java reads an IPv4-mapped address as the IPv4 address that it is.
            assertThat(ProxyHeaderReader.read(header)).isEqualTo(new Reading.Header(header.readableBytes(), mixed));
            assertThat(header.getByte(version == ProxyVersion.V1 ? 9 : 13))
                    .isEqualTo(version == ProxyVersion.V1 ? (byte) '6' : (byte) 0x21);
            header.release();
        }
    }
}
