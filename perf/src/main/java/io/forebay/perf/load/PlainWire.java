package io.forebay.perf.load;

/// A bare TCP socket.
final class PlainWire implements Wire {
    private final Libc libc;
    private final int fd;
    private int errno;

    PlainWire(Libc libc, int fd) {
        this.libc = libc;
        this.fd = fd;
    }

    @Override
    public int handshake() {
        return 1;
    }

    @Override
    public int send(long address, int lengthBytes) {
        return outcome(libc.send(fd, address, lengthBytes));
    }

    @Override
    public int receive(long address, int capacityBytes) {
        return outcome(libc.receive(fd, address, capacityBytes));
    }

    private int outcome(int answer) {
        if (answer >= 0) {
            return answer;
        }
        errno = -answer;
        return errno == Libc.EAGAIN || errno == Libc.EINTR ? AGAIN : FAILED;
    }

    @Override
    public boolean hasUnsent() {
        return false;
    }

    @Override
    public int flush() {
        return 1;
    }

    @Override
    public String fault() {
        return "errno " + errno;
    }

    @Override
    public void close() {
        libc.close(fd);
    }
}
