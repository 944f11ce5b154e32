import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/// A room in which everybody hears everybody: `java Chat.java server`, which says its port; and two who meet there and
/// stay until they are told to go: `java Chat.java clients ws://HOST:PORT/chat`.
final class Chat {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final Set<OutputStream> ROOM = ConcurrentHashMap.newKeySet();

    private Chat() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("server")) {
            serve();
        } else {
            meet(URI.create(arguments[1]));
        }
    }

    // ---- the room

    private static void serve() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
            System.out.println("chat ready on port " + server.getLocalPort());
            while (true) {
                Socket guest = server.accept();
                Thread.ofVirtual().start(() -> host(guest));
            }
        }
    }

    private static void host(Socket guest) {
        try (guest) {
            DataInputStream in = new DataInputStream(guest.getInputStream());
            OutputStream out = guest.getOutputStream();
            out.write(("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Accept: " + accept(key(in)) + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            ROOM.add(out);
            try {
                hear(in, out);
            } finally {
                ROOM.remove(out);
            }
        } catch (Exception e) {
            System.out.println("a guest has left: " + e);
        }
    }

    /// Reads the request's head, and gives what is in `Sec-WebSocket-Key`.
    private static String key(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString()
                .lines()
                .filter(line -> line.toLowerCase().startsWith("sec-websocket-key:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    private static String accept(String key) throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
        return Base64.getEncoder().encodeToString(digest);
    }

    /// Short frames of one guest (RFC 6455 section 5.2), which are masked, to all guests, unmasked.
    private static void hear(DataInputStream in, OutputStream out) throws IOException {
        while (true) {
            int opcode = in.readUnsignedByte() & 0x0f;
            byte[] payload = new byte[in.readUnsignedByte() & 0x7f];
            byte[] mask = in.readNBytes(4);
            in.readFully(payload);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i % 4];
            }
            if (opcode == CLOSE) {
                say(out, CLOSE, payload);
                return;
            }
            for (OutputStream guest : ROOM) {
                say(guest, TEXT, payload);
            }
        }
    }

    private static void say(OutputStream guest, int opcode, byte[] payload) throws IOException {
        synchronized (guest) {
            guest.write(new byte[] {(byte) (0x80 | opcode), (byte) payload.length});
            guest.write(payload);
        }
    }

    // ---- the guests

    private static void meet(URI room) throws Exception {
        Guest ada = new Guest("ada", room);
        Guest grace = new Guest("grace", room);
        ada.socket.sendText("hello, grace", true).join();
        grace.heard.join();
        grace.socket.sendText("hello, ada", true).join();
        ada.gone.join();
        grace.gone.join();
    }

    private static final class Guest implements WebSocket.Listener {
        final CompletableFuture<Void> heard = new CompletableFuture<>();
        final CompletableFuture<Void> gone = new CompletableFuture<>();
        final WebSocket socket;
        private final String name;

        Guest(String name, URI room) {
            this.name = name;
            this.socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(room, this).join();
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean isLast) {
            System.out.println(name + " hears: " + text);
            heard.complete(null);
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            System.out.println(name + " is told to go: " + status);
            gone.complete(null);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            System.out.println(name + " is cut off: " + error);
            gone.complete(null);
        }
    }
}
