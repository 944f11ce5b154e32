package io.forebay.main;

import io.forebay.gateway.takeover.HandedRequests;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The process that has the data folder, as the one sees it that is to take over from it. Blocks.
record Predecessor(Path socket) {
    private static final int ANSWER_BYTES = 1_024;

    static Predecessor of(Path data) {
        return new Predecessor(socketOf(data));
    }

    /// Where the process that has the data folder listens for the next.
    static Path socketOf(Path data) {
        return data.resolve("owner.sock");
    }

    /// Asks it to leave, and returns when it has begun to: it accepts no more, its operators' port is free, and its
    /// store will be, once what it has under way has ended.
    void askToLeave() throws StartFailure {
        String request = String.join(
                "\r\n", "POST " + HandedRequests.TAKE_OVER + " HTTP/1.1", "host: owner", "content-length: 0", "", "");
        String answer;
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer bytes = ByteBuffer.allocate(ANSWER_BYTES);
            channel.read(bytes);
            answer = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new StartFailure(
                    ExitCode.STORE,
                    "the process that has the data folder does not answer at " + socket + ": " + e.getMessage());
        }
        if (answer.startsWith("HTTP/1.1 409")) {
            throw new StartFailure(
                    ExitCode.STORE, "the process that has the data folder is leaving already; start again when it has");
        }
        if (!answer.startsWith("HTTP/1.1 204")) {
            throw new StartFailure(
                    ExitCode.STORE,
                    "the process that has the data folder does not let anybody take over: "
                            + answer.lines().findFirst().orElse("no answer"));
        }
    }
}
