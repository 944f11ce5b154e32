package io.forebay.perf.load;

import io.netty.internal.tcnative.SSL;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// A TLS connection: BoringSSL works on our memory through its byte-buffer BIO, the socket is read and written here, so
/// an answer costs one receive and a request one send. Two buffers of the generator are shared by all connections
/// (`received`, only between a receive and its decryption) or belong to this one (`unsent`, ciphertext the socket
/// has not taken yet).
final class TlsWire implements Wire {
    /// Room for a full record and its overhead, and for a client's handshake flight.
    static final int UNSENT_BYTES = 32 * 1024;

    private static final int PLAIN_MAX_BYTES = 16 * 1024;

    private final Libc libc;
    private final int fd;
    private final MemorySegment received;
    private final MemorySegment unsent;
    private final long session;
    private final long bio;
    private int from;
    private int to;
    private String fault = "";

    TlsWire(Libc libc, int fd, TlsClient client, MemorySegment received, MemorySegment unsent) throws IOException {
        this.libc = libc;
        this.fd = fd;
        this.received = received;
        this.unsent = unsent;
        session = client.newSession();
        bio = SSL.bioNewByteBuffer(session, UNSENT_BYTES);
    }

    @Override
    public int handshake() {
        int count = libc.receive(fd, received.address(), received.byteSize());
        if (count == END) {
            return failed("closed in the handshake");
        }
        if (count < 0 && count != -Libc.EAGAIN && count != -Libc.EINTR) {
            return failed("errno " + -count);
        }
        offer(Math.max(count, 0));
        int step = SSL.doHandshake(session);
        int left = SSL.bioLengthByteBuffer(bio);
        // Tickets that came with the last flight: consumed here, since they are lost when the BIO lets go of the
        // buffer.
        int early = step == 1 && left > 0 ? SSL.readFromSSL(session, received.address(), 1) : 0;
        SSL.bioClearByteBuffer(bio);
        if (step != 1 && SSL.getError(session, step) != SSL.SSL_ERROR_WANT_READ) {
            return failed(reason());
        }
        if (early > 0) {
            return failed("data before a request");
        }
        collect();
        int flushed = flush();
        return flushed == FAILED ? FAILED : step == 1 ? 1 : AGAIN;
    }

    private void offer(int count) {
        if (count > 0) {
            SSL.bioSetByteBuffer(bio, received.address(), count, false);
        }
    }

    /// Moves what BoringSSL wrote on its own account (handshake, alerts) to the bytes that wait for the socket.
    private void collect() {
        if (SSL.bioLengthNonApplication(bio) == 0) {
            return;
        }
        SSL.bioSetByteBuffer(bio, unsent.address() + to, UNSENT_BYTES - to, true);
        to += SSL.bioFlushByteBuffer(bio);
        SSL.bioClearByteBuffer(bio);
    }

    @Override
    public int send(long address, int lengthBytes) {
        if (hasUnsent()) {
            return AGAIN;
        }
        SSL.bioSetByteBuffer(bio, unsent.address(), UNSENT_BYTES, true);
        int taken = SSL.writeToSSL(session, address, Math.min(lengthBytes, PLAIN_MAX_BYTES));
        to = UNSENT_BYTES - SSL.bioLengthByteBuffer(bio);
        SSL.bioClearByteBuffer(bio);
        if (taken <= 0) {
            return failed(reason());
        }
        return flush() == FAILED ? FAILED : taken;
    }

    @Override
    public int receive(long address, int capacityBytes) {
        int count = libc.receive(fd, received.address(), received.byteSize());
        if (count <= 0) {
            return count == END
                    ? END
                    : count == -Libc.EAGAIN || count == -Libc.EINTR ? AGAIN : failed("errno " + -count);
        }
        offer(count);
        int total = 0;
        int read;
        do {
            read = SSL.readFromSSL(session, address + total, capacityBytes - total);
            total += Math.max(read, 0);
        } while (read > 0 && total < capacityBytes && SSL.bioLengthByteBuffer(bio) > 0);
        int error = read > 0 ? SSL.SSL_ERROR_NONE : SSL.getError(session, read);
        SSL.bioClearByteBuffer(bio);
        if (total > 0) {
            return total;
        }
        return error == SSL.SSL_ERROR_WANT_READ ? AGAIN : error == SSL.SSL_ERROR_ZERO_RETURN ? END : failed(reason());
    }

    @Override
    public boolean hasUnsent() {
        return from < to;
    }

    @Override
    public int flush() {
        while (from < to) {
            int sent = libc.send(fd, unsent.address() + from, to - from);
            if (sent == -Libc.EAGAIN || sent == -Libc.EINTR) {
                return AGAIN;
            }
            if (sent < 0) {
                return failed("errno " + -sent);
            }
            from += sent;
        }
        from = 0;
        to = 0;
        return 1;
    }

    private String reason() {
        String last = SSL.getLastError();
        return last == null || last.isEmpty() ? "connection closed" : last;
    }

    private int failed(String why) {
        fault = why;
        SSL.clearError();
        return FAILED;
    }

    @Override
    public String fault() {
        return fault;
    }

    @Override
    public void close() {
        SSL.freeSSL(session); // and its BIO
        libc.close(fd);
    }
}
