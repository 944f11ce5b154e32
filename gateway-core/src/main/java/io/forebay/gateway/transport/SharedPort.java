package io.forebay.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.RawUnixChannelOption;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A port that the next process may listen at while this one still does (`SO_REUSEPORT`, Linux 3.9).
///
/// The kernel would deal new connections out among both, and those that wait to be accepted by one that closes are
/// lost. So a program of one instruction tells it which socket of the port is to get them: the second to come, if there
/// are two (`SO_ATTACH_REUSEPORT_CBPF`, Linux 4.5). Where the kernel knows no such program, some connections that come
/// just as a process leaves are reset.
final class SharedPort {
    private static final System.Logger LOG = System.getLogger(SharedPort.class.getName());
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_REUSEPORT_CBPF = 51;
    private static final int INSTRUCTION_BYTES = 8;
    private static final int PROGRAM_BYTES = 16;
    private static final short BPF_RET_K = 0x06;
    private static final int SECOND = 1;
    private static final RawUnixChannelOption PROGRAM =
            new RawUnixChannelOption("SO_ATTACH_REUSEPORT_CBPF", SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, PROGRAM_BYTES);

    private SharedPort() {}

    /// Fails if anybody listens there: to share a port is for a successor alone, and for nobody by accident.
    static void requireFree(InetSocketAddress address) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(address);
        } catch (BindException e) {
            throw new IOException("cannot listen on port " + address.getPort() + ": " + e.getMessage(), e);
        }
    }

    /// Lets a second socket that comes to listen at the port have all connections that come from then on.
    static void preferSuccessor(Channel listening) {
        // struct sock_fprog { unsigned short len; struct sock_filter *filter; } and one struct sock_filter.
        ByteBuf memory = Unpooled.directBuffer(PROGRAM_BYTES + INSTRUCTION_BYTES);
        try {
            if (!memory.hasMemoryAddress()) {
                return;
            }
            ByteBuffer bytes = memory.internalNioBuffer(0, PROGRAM_BYTES + INSTRUCTION_BYTES)
                    .order(ByteOrder.nativeOrder());
            int at = bytes.position();
            bytes.putShort(at, (short) 1);
            bytes.putLong(at + 8, memory.memoryAddress() + PROGRAM_BYTES);
            bytes.putShort(at + PROGRAM_BYTES, BPF_RET_K);
            bytes.putShort(at + PROGRAM_BYTES + 2, (short) 0);
            bytes.putInt(at + PROGRAM_BYTES + 4, SECOND);
            listening.config().setOption(PROGRAM, bytes.slice(at, PROGRAM_BYTES));
        } catch (ChannelException e) {
            LOG.log(System.Logger.Level.INFO, "connections cannot be led to a successor: " + e.getMessage());
        } finally {
            memory.release();
        }
    }
}
