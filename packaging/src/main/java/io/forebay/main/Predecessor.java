package io.forebay.main;

import io.forebay.gateway.takeover.HandedRequests;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The process that has the data folder, as the one sees it that is to take over from it. Blocks.
record Predecessor(Path socket) {
    private static final int ANSWER_BYTES = 1_024;

    /// It closes the operators' port first, which lets calls there end.
    private static final long ANSWER_MS = 30_000;

    static Predecessor of(Path data) {
        return new Predecessor(socketOf(data));
    }

    /// Where the process that has the data folder listens for the next.
    static Path socketOf(Path data) {
        return data.resolve("owner.sock");
    }

    /// Asks it to leave, and returns when it has begun to, also where somebody else has told it to: it accepts no more,
    /// its operators' port is free, and its store will be, once what it has under way has ended.
    ///
    /// @throws IOException it does not answer; the message says why
    /// @throws StartFailure it answers something else
    void askToLeave() throws IOException, StartFailure {
        String request = String.join(
                "\r\n", "POST " + HandedRequests.TAKE_OVER + " HTTP/1.1", "host: owner", "content-length: 0", "", "");
        String answer;
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            answer = answer(channel);
        }
        if (!answer.startsWith("HTTP/1.1 204") && !answer.startsWith("HTTP/1.1 409")) {
            throw new StartFailure(
                    ExitCode.STORE,
                    "the process that has the data folder does not let anybody take over: "
                            + answer.lines().findFirst().orElse("no answer"));
        }
    }

    private String answer(SocketChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(ANSWER_BYTES);
        channel.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            if (selector.select(ANSWER_MS) == 0) {
                throw new IOException("nothing came at " + socket + " in " + ANSWER_MS / 1_000 + " s");
            }
            if (channel.read(bytes) < 0) {
                throw new IOException(socket + " was closed");
            }
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
    }
}
