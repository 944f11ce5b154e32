package io.forebay.gateway.discovery;

import io.forebay.gateway.TestPorts;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/// A name server on loopback, by UDP and TCP (RFC 1035), that says what its script says; whatever is not in it does not
/// exist.
public final class TestNameServer implements AutoCloseable {
    private static final int A = 1;
    private static final int CNAME = 5;
    private static final int SOA = 6;
    private static final int AAAA = 28;
    private static final int SRV = 33;
    private static final int SERVFAIL = 2;
    private static final int NXDOMAIN = 3;

    /// Names with their types as they were asked for, `a.test A`; by TCP with `tcp` behind.
    public final BlockingQueue<String> questions = new LinkedBlockingQueue<>();

    private final DatagramSocket datagrams;
    private final ServerSocket connections;
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private volatile int negativeSeconds = -1;

    /// What is said to one question. Immutable.
    private record Reply(int code, boolean isCutOff, boolean isSilent, List<ResourceRecord> records) {
        Reply with(ResourceRecord added) {
            List<ResourceRecord> more = new ArrayList<>(records);
            more.add(added);
            return new Reply(code, isCutOff, isSilent, more);
        }
    }

    /// @param content its bytes as ISO 8859-1
    private record ResourceRecord(String name, int type, long ttlSeconds, String content) {
        ResourceRecord(String name, int type, long ttlSeconds, byte[] content) {
            this(name, type, ttlSeconds, new String(content, StandardCharsets.ISO_8859_1));
        }
    }

    private TestNameServer(DatagramSocket datagrams, ServerSocket connections) {
        this.datagrams = datagrams;
        this.connections = connections;
    }

    public static TestNameServer start() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        ServerSocket connections = new ServerSocket(TestPorts.next(), 16, loopback);
        DatagramSocket datagrams = new DatagramSocket(connections.getLocalPort(), loopback);
        TestNameServer server = new TestNameServer(datagrams, connections);
        Thread.ofVirtual().name("name-server-udp").start(server::serveDatagrams);
        Thread.ofVirtual().name("name-server-tcp").start(server::accept);
        return server;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) datagrams.getLocalSocketAddress();
    }

    public DnsSettings settings() {
        return new DnsSettings(List.of(address()));
    }

    // ---- the script

    /// The name has these addresses, of whichever family, and no others.
    public TestNameServer addresses(String name, long ttlSeconds, String... addresses) {
        Reply four = said(0);
        Reply six = said(0);
        for (String address : addresses) {
            byte[] bytes = InetAddress.ofLiteral(address).getAddress();
            boolean isFour = bytes.length == 4;
            ResourceRecord added = new ResourceRecord(name, isFour ? A : AAAA, ttlSeconds, bytes);
            four = isFour ? four.with(added) : four;
            six = isFour ? six : six.with(added);
        }
        replies.put(key(name, A), four);
        replies.put(key(name, AAAA), six);
        return this;
    }

    /// The name stands for another one, of which nothing is said along with it.
    public TestNameServer alias(String name, long ttlSeconds, String other) {
        Reply said = said(0).with(new ResourceRecord(name, CNAME, ttlSeconds, encoded(other)));
        replies.put(key(name, A), said);
        replies.put(key(name, AAAA), said);
        return this;
    }

    /// The same, with the addresses of the other, as servers do that resolve for others.
    public TestNameServer aliasWithAddress(String name, long ttlSeconds, String other, String address) {
        alias(name, ttlSeconds, other);
        ResourceRecord added =
                new ResourceRecord(other, A, 60, InetAddress.ofLiteral(address).getAddress());
        replies.computeIfPresent(key(name, A), (_, reply) -> reply.with(added));
        return this;
    }

    /// Adds an SRV record.
    public TestNameServer service(String name, long ttlSeconds, int priority, int weight, int port, String target) {
        byte[] host = encoded(target);
        byte[] content = new byte[6 + host.length];
        int[] numbers = {priority, weight, port};
        for (int i = 0; i < numbers.length; i++) {
            content[2 * i] = (byte) (numbers[i] >> 8);
            content[2 * i + 1] = (byte) numbers[i];
        }
        System.arraycopy(host, 0, content, 6, host.length);
        replies.merge(
                key(name, SRV),
                said(0).with(new ResourceRecord(name, SRV, ttlSeconds, content)),
                (before, added) -> before.with(added.records().getFirst()));
        return this;
    }

    /// The name does not exist any longer.
    public TestNameServer forget(String name) {
        List.of(A, AAAA, SRV).forEach(type -> replies.remove(key(name, type)));
        return this;
    }

    /// The server cannot say.
    public TestNameServer fails(String name) {
        return all(name, said(SERVFAIL));
    }

    /// The server says nothing.
    public TestNameServer isSilent(String name) {
        return all(name, new Reply(0, false, true, List.of()));
    }

    private TestNameServer all(String name, Reply reply) {
        List.of(A, AAAA, SRV).forEach(type -> replies.put(key(name, type), reply));
        return this;
    }

    /// What is said of the name's addresses of IPv4 does not fit a datagram.
    public TestNameServer cutOff(String name) {
        replies.computeIfPresent(key(name, A), (_, reply) -> new Reply(reply.code(), true, false, reply.records()));
        return this;
    }

    /// The server cannot say which addresses of IPv6 the name has.
    public TestNameServer failsForIpv6(String name) {
        replies.put(key(name, AAAA), said(SERVFAIL));
        return this;
    }

    /// How long negative answers hold; -1 if they do not say.
    public TestNameServer negative(int seconds) {
        negativeSeconds = seconds;
        return this;
    }

    private static Reply said(int code) {
        return new Reply(code, false, false, List.of());
    }

    private static String key(String name, int type) {
        return name.toLowerCase(Locale.ROOT) + " " + type;
    }

    // ---- the wire

    private void serveDatagrams() {
        byte[] buffer = new byte[4_096];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                datagrams.receive(packet);
                byte[] answer = answer(Arrays.copyOf(buffer, packet.getLength()), false);
                if (answer.length > 0) {
                    datagrams.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            }
        } catch (IOException e) {
            // The end of the test.
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = connections.accept();
                Thread.ofVirtual().name("name-server-connection").start(() -> serve(socket));
            }
        } catch (IOException e) {
            // The end of the test.
        }
    }

    private void serve(Socket socket) {
        try (socket;
                DataInputStream in = new DataInputStream(socket.getInputStream());
                DataOutputStream out = new DataOutputStream(socket.getOutputStream())) {
            while (true) {
                byte[] answer = answer(in.readNBytes(in.readUnsignedShort()), true);
                ByteArrayOutputStream whole = new ByteArrayOutputStream();
                new DataOutputStream(whole).writeShort(answer.length);
                whole.write(answer);
                out.write(whole.toByteArray());
                out.flush();
            }
        } catch (IOException e) {
            // The other side has closed.
        }
    }

    /// The answer to a message with one question; empty for silence.
    private byte[] answer(byte[] message, boolean isTcp) throws IOException {
        int end = 12;
        StringBuilder name = new StringBuilder();
        while (message[end] != 0) {
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(message, end + 1, message[end], StandardCharsets.US_ASCII));
            end += message[end] + 1;
        }
        int type = ((message[end + 1] & 0xff) << 8) | (message[end + 2] & 0xff);
        questions.add(name + (type == A ? " A" : type == AAAA ? " AAAA" : " SRV") + (isTcp ? " tcp" : ""));
        Reply reply = replies.getOrDefault(key(name.toString(), type), said(NXDOMAIN));
        if (reply.isSilent()) {
            return new byte[0];
        }
        boolean isCutOff = reply.isCutOff() && !isTcp;
        List<ResourceRecord> records = isCutOff ? List.of() : reply.records();
        boolean isNegative = records.isEmpty() && negativeSeconds >= 0 && reply.code() != SERVFAIL;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(message, 0, 2);
        out.writeShort(0x8180 | reply.code() | (isCutOff ? 0x0200 : 0));
        out.writeShort(1);
        out.writeShort(records.size());
        out.writeShort(isNegative ? 1 : 0);
        out.writeShort(0);
        out.write(message, 12, end + 5 - 12);
        for (ResourceRecord record : records) {
            write(out, record);
        }
        if (isNegative) {
            write(out, new ResourceRecord("test", SOA, 3_600, authority(negativeSeconds)));
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, ResourceRecord record) throws IOException {
        out.write(encoded(record.name()));
        out.writeShort(record.type());
        out.writeShort(1);
        out.writeInt((int) record.ttlSeconds());
        out.writeShort(record.content().length());
        out.writeBytes(record.content());
    }

    private static byte[] authority(int minimumSeconds) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(encoded("ns.test"));
        out.write(encoded("admin.test"));
        for (int number : new int[] {1, 3_600, 600, 86_400, minimumSeconds}) {
            out.writeInt(number);
        }
        return bytes.toByteArray();
    }

    private static byte[] encoded(String name) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String label : name.split("\\.", -1)) {
            if (!label.isEmpty()) {
                bytes.write(label.length());
                bytes.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
            }
        }
        bytes.write(0);
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        try {
            datagrams.close();
            connections.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
