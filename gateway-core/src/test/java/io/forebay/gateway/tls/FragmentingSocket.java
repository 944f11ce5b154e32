package io.forebay.gateway.tls;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;

/// Sends the first TLS record as many: its payload cut into records of a few bytes, each byte of which is a
/// write of its own. What follows goes out unchanged.
final class FragmentingSocket extends Socket {
    private static final int HEADER_BYTES = 5;
    private final int fragmentBytes;

    FragmentingSocket(int fragmentBytes) {
        this.fragmentBytes = fragmentBytes;
    }

    @Override
    public void connect(java.net.SocketAddress endpoint, int timeoutMs) throws IOException {
        setTcpNoDelay(true);
        super.connect(endpoint, timeoutMs);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        OutputStream out = super.getOutputStream();
        return new OutputStream() {
            private boolean isFirst = true;

            @Override
            public void write(int b) throws IOException {
                out.write(b);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (isFirst) {
                    isFirst = false;
                    writeFragmented(out, Arrays.copyOfRange(bytes, offset, offset + length));
                } else {
                    out.write(bytes, offset, length);
                }
            }
        };
    }

    private void writeFragmented(OutputStream out, byte[] record) throws IOException {
        int payloadBytes = ((record[3] & 0xFF) << 8) | (record[4] & 0xFF);
        if (record.length != HEADER_BYTES + payloadBytes) {
            throw new AssertionError("the hello is expected to be one record in one write");
        }
        for (int at = HEADER_BYTES; at < record.length; at += fragmentBytes) {
            int bytes = Math.min(fragmentBytes, record.length - at);
            for (int b : new int[] {record[0], record[1], record[2], bytes >> 8, bytes}) {
                out.write(b);
            }
            for (int i = 0; i < bytes; i++) {
                out.write(record[at + i]);
            }
        }
    }
}
