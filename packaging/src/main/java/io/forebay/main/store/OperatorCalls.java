package io.forebay.main.store;

import io.forebay.admin.operator.AdminToken;
import io.forebay.admin.server.AdminSettings;
import io.forebay.main.ExitCode;
import io.forebay.main.StartFailure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Calls the operators' port of the process that has a data folder, with the token that lies in it. One thread.
final class OperatorCalls implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Set<String> ANY = Set.of("0.0.0.0", "::", "[::]");

    private final HttpClient client;
    private final String origin;
    private final String token;

    private OperatorCalls(HttpClient client, String origin, String token) {
        this.client = client;
        this.origin = origin;
        this.token = token;
    }

    /// @param settings where the port is, by the configuration that the process was started with
    static OperatorCalls to(Path data, AdminSettings settings) throws StartFailure {
        Path file = data.resolve(AdminToken.FILE_NAME);
        try {
            String token = Files.readString(file, StandardCharsets.US_ASCII).strip();
            HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(TIMEOUT);
            AdminSettings.TlsFiles tls = settings.tls();
            if (tls != null) {
                client.sslContext(trusting(tls.certificate()));
            }
            String host = ANY.contains(settings.host()) ? "localhost" : settings.host();
            String inUri = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
            return new OperatorCalls(
                    client.build(), (tls == null ? "http://" : "https://") + inUri + ":" + settings.port(), token);
        } catch (IOException | GeneralSecurityException e) {
            throw new StartFailure(ExitCode.USAGE, "the process that has " + data + " cannot be asked: " + e);
        }
    }

    private static SSLContext trusting(Path certificates) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {ShownCertificate.of(certificates)}, null);
        return context;
    }

    JsonNode get(String path) throws StartFailure {
        return answer(HttpRequest.newBuilder(URI.create(origin + path)).GET());
    }

    JsonNode post(String path) throws StartFailure {
        return answer(HttpRequest.newBuilder(URI.create(origin + path)).POST(HttpRequest.BodyPublishers.noBody()));
    }

    /// What is not 200 is a [StartFailure] with the problem's detail.
    private JsonNode answer(HttpRequest.Builder request) throws StartFailure {
        try {
            HttpResponse<String> response = client.send(
                    request.timeout(TIMEOUT)
                            .header("Authorization", "Bearer " + token)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            JsonNode document = JsonMapper.shared().readTree(response.body());
            if (response.statusCode() != 200) {
                throw new StartFailure(
                        document.path("reason").asString("").equals("backup-no-space")
                                ? ExitCode.CANT_CREATE
                                : ExitCode.FAILED,
                        "the gateway says " + response.statusCode() + ": "
                                + document.path("detail").asString(""));
            }
            return document;
        } catch (ConnectException e) {
            throw new StartFailure(
                    ExitCode.USAGE,
                    "a process has the data folder, and there is no operators' port at " + origin
                            + "; say where it is by --config or --admin-port");
        } catch (IOException | JacksonException e) {
            throw new StartFailure(ExitCode.FAILED, "the operators' port at " + origin + " does not answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailure(ExitCode.FAILED, "interrupted");
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
