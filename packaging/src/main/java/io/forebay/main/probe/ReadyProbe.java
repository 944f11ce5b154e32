package io.forebay.main.probe;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// One `GET /ready` over a plain socket: an HTTP client would cost more than the question.
///
/// The certificate of the operators' port is not verified. Nothing secret is sent, the port is one of this host, and
/// the certificate names the host for people elsewhere.
///
/// @param timeoutMs for the connection, and for each read
record ReadyProbe(int timeoutMs) {
    private static final int ANSWER_BYTES_MAX = 64 << 10;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 (\\d{3})\\b.*", Pattern.DOTALL);
    private static final String HEAD_END = "\r\n\r\n";
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d{1,6})\r\n");
    private static final Pattern UNREADY = Pattern.compile("\\{\"name\":\"([^\"\\\\]*)\",\"ready\":false\\}");

    /// Asks `endpoint`, an http or https URL without a path. What goes wrong is a reason for not being ready.
    Readiness ask(URI endpoint) {
        try (Socket socket = connect(endpoint)) {
            String request =
                    "GET /ready HTTP/1.1\r\nhost: " + endpoint.getRawAuthority() + "\r\nconnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return judge(endpoint.toString(), answer(socket));
        } catch (IOException | GeneralSecurityException e) {
            return Readiness.no(endpoint.toString(), "nobody answers at " + endpoint + ": " + e.getMessage());
        }
    }

    private Socket connect(URI endpoint) throws IOException, GeneralSecurityException {
        Socket plain = new Socket();
        try {
            String host = endpoint.getHost();
            plain.connect(new InetSocketAddress(host, endpoint.getPort()), timeoutMs);
            plain.setSoTimeout(timeoutMs);
            if (!"https".equals(endpoint.getScheme())) {
                return plain;
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, null);
            return context.getSocketFactory().createSocket(plain, host, endpoint.getPort(), true);
        } catch (IOException | GeneralSecurityException e) {
            plain.close();
            throw e;
        }
    }

    /// The head, and as much of a body as it announces: whoever answers may leave the connection open.
    private static String answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf(HEAD_END) < 0 && head.length() < ANSWER_BYTES_MAX) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.append((char) next);
        }
        var length = LENGTH.matcher(head);
        int bytes = length.find() ? Math.min(Integer.parseInt(length.group(1)), ANSWER_BYTES_MAX) : 0;
        return head + new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
    }

    static Readiness judge(String endpoint, String answer) {
        var status = STATUS_LINE.matcher(answer);
        boolean isOurs = answer.contains("\"ready\":");
        if (!status.matches() || !isOurs) {
            return Readiness.no(endpoint, "what answers at " + endpoint + " is no operators' port of forebay");
        }
        if (status.group(1).equals("200")) {
            return Readiness.yes(endpoint);
        }
        List<String> unready =
                UNREADY.matcher(answer).results().map(part -> part.group(1)).toList();
        return Readiness.waitingFor(endpoint, unready);
    }

    private static final class AnyCertificate implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
