package io.forebay.gateway.transport;

import io.forebay.gateway.http.Connection;
import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.Http1Edge;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.RequestHandler;
import io.forebay.policy.PeerIdentity;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The Unix socket at which the owner of the store listens for its successor. Only processes of the same user may
/// connect; what they say of the clients they speak for is believed.
public final class OwnerSocket implements AutoCloseable {
    private static final String PRIVATE_FOLDER = ".owner";
    private static final int CONNECTIONS_MAX = 16 * 1024;

    /// How many requests the next process hands on at a time: somewhat fewer than may come, since one that is answered
    /// is closed here a moment later than there.
    public static final int HANDED_MAX = CONNECTIONS_MAX - 1_024;

    /// A request that is over within this time can wait until the name is gone.
    private static final long SHORT_NS = TimeUnit.SECONDS.toNanos(1);

    /// Who has connected before the name was taken away is accepted meanwhile.
    private static final long ACCEPTED_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /// With what it takes to close and open the store, less than a request waits for it in the next process.
    private static final long ANSWERED_NS = TimeUnit.SECONDS.toNanos(4);
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(5);

    /// What is said of the clients comes with each request.
    private static final Connection NEXT_PROCESS = Connection.of(
            0, false, new PeerIdentity(ConnectionAddresses.UNKNOWN.client(), null), Connection.Trust.ALWAYS);

    private final Path path;
    private final Channel channel;
    private final Connections connections;

    private OwnerSocket(Path path, Channel channel, Connections connections) {
        this.path = path;
        this.channel = channel;
        this.connections = connections;
    }

    /// Begins to listen, in the place of whoever listened there before.
    ///
    /// @throws IOException the socket cannot be made; the message names it
    public static OwnerSocket bind(Path path, Loops loops, RequestHandler handler) throws IOException {
        Connections connections = new Connections(CONNECTIONS_MAX);
        // Its mode is set after it listens: until then it is where nobody else can reach it.
        Path folder = path.resolveSibling(PRIVATE_FOLDER);
        Path unnamed = folder.resolve("s");
        Files.deleteIfExists(unnamed);
        Files.deleteIfExists(folder);
        Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.contexts().getFirst().eventLoop(), loops.group())
                .channel(loops.transport().unixServerChannel())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        if (!connections.add(accepted)) {
                            accepted.close();
                            return;
                        }
                        LoopContext loop = loops.contextOf(accepted.eventLoop());
                        accepted.config().setAllocator(loop.allocator());
                        accepted.pipeline().addLast(Http1Edge.ofHandedOn(loop, handler, NEXT_PROCESS));
                    }
                });
        ChannelFuture binding =
                bootstrap.bind(loops.unixAddress(unnamed.toString())).awaitUninterruptibly();
        if (binding.cause() != null) {
            throw new IOException(
                    "cannot listen at " + path + ": " + binding.cause().getMessage(), binding.cause());
        }
        Files.setPosixFilePermissions(unnamed, PosixFilePermissions.fromString("rw-------"));
        Files.move(unnamed, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(folder);
        return new OwnerSocket(path, binding.channel(), connections);
    }

    /// Lets what lasts longer than a moment end, and meanwhile takes whatever comes: those who come later would wait
    /// for it. Blocks.
    ///
    /// @param endNs when it is given up, by `System.nanoTime()`
    /// @return whether all of it has ended
    public boolean drain(long endNs) {
        boolean isLong = true;
        while (isLong) {
            connections.drain(channel);
            long sinceNs = System.nanoTime();
            for (Channel underWay : connections.open()) {
                long leftNs = endNs - System.nanoTime();
                if (!underWay.closeFuture().awaitUninterruptibly(leftNs, TimeUnit.NANOSECONDS)) {
                    return false;
                }
            }
            isLong = System.nanoTime() - sinceNs > SHORT_NS;
        }
        return true;
    }

    /// Takes the name away, so that nobody else comes, answers who has come, at most for four seconds, and closes.
    /// Blocks.
    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            System.getLogger(OwnerSocket.class.getName()).log(System.Logger.Level.WARNING, "cannot delete " + path, e);
        }
        LockSupport.parkNanos(ACCEPTED_NS);
        channel.close().awaitUninterruptibly();
        connections.drain();
        long endNs = System.nanoTime() + ANSWERED_NS;
        while (connections.count() > 0 && System.nanoTime() < endNs) {
            LockSupport.parkNanos(POLL_NS);
        }
        connections.closeAll();
    }
}
