package io.forebay.main.explain;

import io.forebay.gateway.explain.RequestTrial;
import io.forebay.gateway.explain.Trial;
import io.forebay.gateway.explain.TrialRequest;
import io.forebay.gateway.tls.ShownCertificate;
import io.forebay.main.ExitCode;
import io.forebay.main.PolicyTranslation;
import io.forebay.main.output.JsonOutput;
import io.forebay.policy.ClientCertificate;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.PortListeners;
import io.forebay.policy.ServerName;
import io.forebay.policy.compile.CompileSettings;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.reload.PolicyCheck;
import io.forebay.policy.token.AssumedToken;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Says what a gateway with this policy would do with a request, and why. Nothing is sent, opened or stored.
@Command(name = "explain", description = "Says what would become of a request, and which lines of the policy say so.")
public final class ExplainCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "DIR", description = "the policy folder")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path directory;

    @Parameters(index = "1", paramLabel = "URL", description = "as https://shop.example:8443/menu?day=mon")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String url;

    @Option(
            names = {"-X", "--method"},
            paramLabel = "METHOD",
            description = "the method (GET)")
    private String method = "GET";

    @Option(
            names = {"-H", "--header"},
            paramLabel = "LINE",
            description = "a header, as 'name: value'; may be repeated")
    private List<String> headers = new ArrayList<>();

    @Option(names = "--client-address", paramLabel = "IP", description = "where the client is (127.0.0.1)")
    private String address = "127.0.0.1";

    @Option(names = "--certificate", paramLabel = "FILE", description = "the client's certificate chain, PEM")
    private @Nullable Path certificate;

    @Option(
            names = "--spiffe",
            paramLabel = "URI",
            description = "a client certificate with this name, taken as accepted")
    private @Nullable String spiffe;

    @Option(names = "--subject", paramLabel = "DN", description = "the subject of that certificate, RFC 2253")
    private @Nullable String subject;

    @Option(names = "--token-file", paramLabel = "FILE", description = "the token; its signature is verified")
    private @Nullable Path tokenFile;

    @Option(names = "--claims", paramLabel = "JSON", description = "claims of a token whose signature is taken as good")
    private @Nullable String claims;

    @Option(names = "--body", paramLabel = "FILE", description = "the body, for the queue's schema")
    private @Nullable Path body;

    @Option(names = "--body-size", paramLabel = "BYTES", description = "the body's length; -1 for one that is not told")
    private long bodySize;

    @Option(names = "--reserved-prefix", paramLabel = "PATH", description = "as in the boot configuration (/_)")
    private String reservedPrefix = CompileSettings.DEFAULT.reservedPrefix();

    @Option(names = "--json", description = "one JSON document on standard output")
    private boolean isJson;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        long nowMs = System.currentTimeMillis();
        try {
            CompileSettings settings = new CompileSettings(reservedPrefix);
            requireOneEach();
            RequestUrl target = RequestUrl.parse(url);
            List<TrialRequest.Field> fields = fields();
            PolicyCheck.Reading reading = PolicyCheck.read(directory, settings, nowMs);
            warn(reading.result().diagnostics());
            PolicySnapshot snapshot = reading.result().snapshot();
            show(explanation(reading, snapshot, target, fields, nowMs));
            return ExitCode.OK;
        } catch (IllegalArgumentException e) {
            spec.commandLine().getErr().println("forebay: " + e.getMessage());
            return ExitCode.USAGE;
        }
    }

    private Explanation explanation(
            PolicyCheck.Reading reading,
            PolicySnapshot snapshot,
            RequestUrl target,
            List<TrialRequest.Field> fields,
            long nowMs)
            throws IOException {
        String request = method + " " + url;
        if (snapshot.port(target.port()) == null) {
            return unanswered(request, "connection-refused", withoutPort(snapshot, target.port()));
        }
        ClientCertificate shown;
        try {
            shown = certificate(snapshot, target, nowMs);
        } catch (GeneralSecurityException e) {
            return unanswered(request, "handshake-refused", String.valueOf(e.getMessage()));
        }
        byte[] bytes = body == null ? new byte[0] : Files.readAllBytes(body);
        TrialRequest trial = new TrialRequest(
                method,
                target.target(),
                target.authority(),
                fields,
                target.port(),
                target.isTls() ? target.host() : null,
                address,
                shown,
                body == null ? bodySize : bytes.length,
                body != null || bodySize == 0,
                bytes,
                claims == null ? null : AssumedToken.of(claims));
        Trial found = new RequestTrial(snapshot, reservedPrefix).of(withToken(trial), nowMs);
        TrafficPolicies traffic = new TrafficPolicies(reading.documents(), snapshot.listeners());
        return new Explainer(new PolicyPlaces(reading.documents()), traffic).of(request, found);
    }

    /// Of a request that does not come to be one.
    private static Explanation unanswered(String request, String kind, String why) {
        return new Explanation(
                request,
                Explanation.Outcome.of(kind, null, why),
                null,
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                null,
                List.of(),
                List.of());
    }

    private static String withoutPort(PolicySnapshot snapshot, int port) {
        String others = String.join(
                ", ", snapshot.ports().stream().map(one -> "" + one.port()).toList());
        return "no listener is on port " + port + "; the policy has " + (others.isEmpty() ? "none" : "port " + others);
    }

    private static TrialRequest withToken(TrialRequest request) {
        String token = request.assumedToken();
        if (token == null) {
            return request;
        }
        List<TrialRequest.Field> fields = new ArrayList<>(request.headers());
        fields.add(new TrialRequest.Field("authorization", "Bearer " + token));
        return new TrialRequest(
                request.method(),
                request.target(),
                request.authority(),
                fields,
                request.port(),
                request.serverName(),
                request.address(),
                request.certificate(),
                request.bodyBytes(),
                request.isBodyKnown(),
                request.body(),
                token);
    }

    private void requireOneEach() {
        if (certificate != null && (spiffe != null || subject != null)) {
            throw new IllegalArgumentException(
                    "--certificate says who the client is; leave out --spiffe and --subject");
        }
        if (tokenFile != null && claims != null) {
            throw new IllegalArgumentException("a token has its own claims; leave out --token-file or --claims");
        }
        if (body != null && bodySize != 0) {
            throw new IllegalArgumentException("--body has its own length; leave out --body-size");
        }
        if (bodySize < -1) {
            throw new IllegalArgumentException("--body-size must be -1 or more: " + bodySize);
        }
    }

    private List<TrialRequest.Field> fields() throws IOException {
        List<TrialRequest.Field> fields = new ArrayList<>();
        for (String line : headers) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("expected a header as 'name: value': " + line);
            }
            String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            if (name.equals("host") || name.equals("content-length")) {
                throw new IllegalArgumentException(name + " is taken from the URL and the body");
            }
            fields.add(new TrialRequest.Field(name, line.substring(colon + 1).strip()));
        }
        if (tokenFile != null) {
            fields.add(new TrialRequest.Field(
                    "authorization", "Bearer " + Files.readString(tokenFile).strip()));
        }
        return fields;
    }

    /// What the handshake makes of the client's certificate.
    private @Nullable ClientCertificate certificate(PolicySnapshot snapshot, RequestUrl target, long nowMs)
            throws IOException, GeneralSecurityException {
        if (spiffe != null || subject != null) {
            return new ClientCertificate(spiffe, List.of(), subject == null ? "" : subject, "assumed");
        }
        PortListeners port = snapshot.port(target.port());
        if (!target.isTls() || port == null) {
            if (certificate != null && !target.isTls()) {
                throw new IllegalArgumentException("without TLS there is no certificate: " + url);
            }
            return null;
        }
        ListenerPolicy listener = port.selectByServerName(ServerName.of(target.host()));
        if (listener == null || listener.certificates().isEmpty()) {
            throw new GeneralSecurityException(
                    "no listener on port " + target.port() + " has a certificate for " + target.host());
        }
        String pem = certificate == null ? null : Files.readString(certificate);
        return ShownCertificate.accept(PolicyTranslation.validation(listener.clientTrust()), pem, nowMs);
    }

    private void warn(List<Diagnostic> found) {
        PrintWriter err = spec.commandLine().getErr();
        found.stream().filter(Diagnostic::isError).forEach(err::println);
    }

    private void show(Explanation explanation) {
        PrintWriter out = spec.commandLine().getOut();
        if (isJson) {
            JsonOutput.print(out, explanation);
        } else {
            new ExplanationText(out).print(explanation);
        }
    }
}
