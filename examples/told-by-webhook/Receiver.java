import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Receives webhooks: `java Receiver.java KEY-FILE`, the key as `whsec_...`. Says its port, then each message it believes.
/// The first one it answers with 500, as receivers do on bad days.
final class Receiver {
    private static final long AGE_SECONDS_MAX = 300;

    private static final Set<String> SEEN = new HashSet<>();
    private static boolean hadABadDay;

    private Receiver() {}

    public static void main(String[] arguments) throws IOException {
        String key = Files.readString(Path.of(arguments[0])).strip();
        byte[] secret = Base64.getDecoder().decode(key.substring("whsec_".length()));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 16);
        server.createContext("/hooks", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(receive(exchange, secret), -1);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        });
        server.start();
        System.out.println("receiver ready on port " + server.getAddress().getPort());
    }

    private static int receive(HttpExchange exchange, byte[] secret) throws IOException, GeneralSecurityException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Headers fields = exchange.getRequestHeaders();
        String id = fields.getFirst("webhook-id");
        String timestamp = fields.getFirst("webhook-timestamp");
        String signatures = fields.getFirst("webhook-signature");
        if (id == null || timestamp == null || signatures == null) {
            System.out.println("unsigned");
            return 400;
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        byte[] expected = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
        boolean isSigned = false;
        for (String signature : signatures.split(" ")) {
            isSigned |= MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8));
        }
        long age = Math.abs(Instant.now().getEpochSecond() - Long.parseLong(timestamp));
        if (!isSigned || age > AGE_SECONDS_MAX) {
            System.out.println("not believed " + id);
            return 400;
        }
        if (!hadABadDay) {
            hadABadDay = true;
            System.out.println("failed " + id);
            return 500;
        }
        if (SEEN.add(id)) {
            System.out.println("received " + id + " " + new String(body, StandardCharsets.UTF_8));
        }
        return 204;
    }
}
