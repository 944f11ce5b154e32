package io.forebay.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.TestCertificates;
import io.forebay.gateway.tls.ClientValidation;
import io.forebay.gateway.tls.TlsHost;
import io.forebay.gateway.tls.TlsListenerSettings;
import io.forebay.gateway.transport.Transport;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.limit.LimitKey;
import io.forebay.policy.limit.LimitRule;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.route.RouteRule;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A request with a client certificate, a token and a rate limit allocates less than 1 KiB, once everything is warm.
@Timeout(120)
class MtlsAllocationIT {
    private static final double BOUND_BYTES = 1024;
    private static final LimitRule LIMIT = new LimitRule(
            "default/limits/each",
            "each",
            new LimitKey.ByAddress(),
            1_000_000,
            TimeUnit.SECONDS.toNanos(1),
            1_000_000,
            PolicyMode.ENFORCE);

    @ParameterizedTest
    @EnumSource(Transport.class)
    void requestWithCertificateTokenAndLimitAllocatesLittle(Transport transport) throws Exception {
        TestCertificates certificates = new TestCertificates();
        TestTokens tokens = new TestTokens();
        RouteRule rule = TestGateway.rule("all")
                .security(tokens.rule(PolicyMode.ENFORCE))
                .limits(LimitRules.of(List.of(LIMIT)))
                .build();
        TlsHost host = certificates.host("localhost", new ClientValidation.Required(certificates.pem()));
        String request =
                AllocationProbe.REQUEST + "Authorization: Bearer " + tokens.token("alice", "menu") + "\r\n\r\n";
        try (AllocationProbe probe = new AllocationProbe(transport, rule);
                Socket client = tlsClient(
                        certificates, probe.gateway().listenTls(TlsListenerSettings.of(List.of(host))).port)) {
            assertThat(probe.bytesPerRequest(client, BOUND_BYTES, request)).isLessThan(BOUND_BYTES);
        }
    }

    private static SSLSocket tlsClient(TestCertificates certificates, int port) throws Exception {
        SSLSocket socket = (SSLSocket) certificates
                .context(certificates.client("alice"))
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("localhost")));
        socket.setSSLParameters(parameters);
        return socket;
    }
}
