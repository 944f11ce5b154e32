package io.forebay.main.quickstart;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;

/// A client of the gateway that tells the narrator of each exchange. Used by the tour's thread alone.
final class TourClient implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);

    private final URI gateway;
    private final HttpClient client;
    private final Narrator narrator;

    private TourClient(URI gateway, SSLContext tls, Narrator narrator) {
        this.gateway = gateway;
        this.narrator = narrator;
        this.client = HttpClient.newBuilder()
                .sslContext(tls)
                .connectTimeout(CONNECT_LIMIT)
                .build();
    }

    static TourClient withCertificate(int port, TourPki pki, Narrator narrator) throws GeneralSecurityException {
        return new TourClient(address(port), pki.withCertificate(), narrator);
    }

    static TourClient withoutCertificate(int port, TourPki pki, Narrator narrator) throws GeneralSecurityException {
        return new TourClient(address(port), pki.withoutCertificate(), narrator);
    }

    private static URI address(int port) {
        return URI.create("https://localhost:" + port + "/");
    }

    /// One request to be sent.
    static final class Call {
        private final String method;
        private final String path;
        private final Map<String, String> fields = new LinkedHashMap<>();
        private String body = "";
        private HttpClient.Version version = HttpClient.Version.HTTP_2;
        private String remark = "";

        private Call(String method, String path) {
            this.method = method;
            this.path = path;
        }

        static Call get(String path) {
            return new Call("GET", path);
        }

        static Call post(String path, String body) {
            Call call = new Call("POST", path);
            call.body = body;
            return call.with("Content-Type", "text/plain");
        }

        Call with(String name, String value) {
            fields.put(name, value);
            return this;
        }

        Call http1() {
            version = HttpClient.Version.HTTP_1_1;
            return this;
        }

        Call remarking(String text) {
            remark = text;
            return this;
        }
    }

    /// Sends a call, tells of both sides, and checks the status.
    ///
    /// @throws TourFailedException if the status is another one
    HttpResponse<byte[]> expect(int status, Call call) throws IOException, InterruptedException, TourFailedException {
        tellOf(call);
        long startNs = System.nanoTime();
        HttpResponse<byte[]> answer = send(call);
        tell(answer, (System.nanoTime() - startNs) / 1_000_000);
        if (answer.statusCode() != status) {
            throw new TourFailedException(
                    call.method + " " + call.path + " was answered " + answer.statusCode() + " instead of " + status);
        }
        return answer;
    }

    /// Sends a call that the gateway is to refuse before HTTP begins.
    void expectNoAnswer(Call call) throws InterruptedException, TourFailedException {
        tellOf(call);
        try {
            HttpResponse<byte[]> answer = send(call);
            throw new TourFailedException(call.path + " was answered " + answer.statusCode()
                    + " although the connection should have been refused");
        } catch (IOException e) {
            narrator.noAnswer(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    /// Sends a call and tells nobody.
    HttpResponse<byte[]> send(Call call) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve(call.path))
                .version(call.version)
                .timeout(ANSWER_LIMIT)
                .method(
                        call.method,
                        call.body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(call.body));
        call.fields.forEach(request::header);
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /// Tells of a call before its answer.
    void tellOf(Call call) {
        narrator.request(call.method, call.path, call.fields, call.remark);
    }

    /// Tells of an answer that [#send] brought.
    void tell(HttpResponse<byte[]> answer, long tookMs) {
        String version = switch (answer.version()) {
            case HTTP_1_1 -> "HTTP/1.1";
            case HTTP_2 -> "HTTP/2";
            default -> answer.version().toString();
        };
        narrator.answer(version, answer.statusCode(), answer.headers(), text(answer), tookMs);
    }

    static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
