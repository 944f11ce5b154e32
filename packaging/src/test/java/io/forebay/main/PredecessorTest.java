package io.forebay.main;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PredecessorTest {
    @TempDir
    private Path data;

    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(Predecessor.socketOf(data)));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    /// One that leaves already is as good as one that begins to.
    @ParameterizedTest
    @ValueSource(strings = {"204 No Content", "409 Conflict"})
    void oneThatLeavesIsSucceeded(String status) {
        answer("HTTP/1.1 " + status + "\r\ncontent-length: 0\r\n\r\n");

        assertThatCode(Predecessor.of(data)::askToLeave).doesNotThrowAnyException();
    }

    @Test
    void oneThatKnowsNoTakeOverIsNot() {
        answer("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");

        assertThatThrownBy(Predecessor.of(data)::askToLeave)
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("404");
    }

    @Test
    void oneThatEndsBeforeItAnswersIsSilent() {
        answer("");

        assertThatThrownBy(Predecessor.of(data)::askToLeave)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void oneWithoutSocketIsSilent() throws IOException {
        server.close();

        assertThatThrownBy(Predecessor.of(data)::askToLeave).isInstanceOf(IOException.class);
    }

    private void answer(String text) {
        Thread.ofVirtual().start(() -> {
            try (SocketChannel asked = server.accept()) {
                asked.read(ByteBuffer.allocate(1_024));
                asked.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
