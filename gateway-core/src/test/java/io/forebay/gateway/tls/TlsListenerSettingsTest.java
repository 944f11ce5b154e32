package io.forebay.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.forebay.gateway.tls.TestPki.Authority;
import io.forebay.gateway.tls.TestPki.Identity;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsListenerSettingsTest {
    private static final Authority ROOT = Authority.root("root");
    private static final Identity IDENTITY = TestPki.server(ROOT, "shop.example");
    private static final ClientValidation NONE = new ClientValidation.None();

    private static TlsHost host(String hostname) {
        return new TlsHost(hostname, IDENTITY.chainPem(), IDENTITY.keyPem(), NONE);
    }

    private static void assertUnservable(TlsHost host, String message) {
        assertThatExceptionOfType(TlsSettingsException.class)
                .isThrownBy(() -> DownstreamTls.open(
                        "https", TlsListenerSettings.of(List.of(host)), TlsObserver.NONE, () -> 0, new SecureRandom()))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "shop.example", "*.example", "*.a-b.example", "localhost", "_x.example"})
    void hostnamesOfEveryKindAreTaken(String hostname) {
        assertThat(host(hostname).hostname()).isEqualTo(hostname);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "*.",
                "*.*.example",
                "a.*.example",
                "shop..example",
                ".example",
                "shop.example.",
                "-a",
                "a b",
                "shop:443"
            })
    void otherHostnamesAreRefused(String hostname) {
        assertThatIllegalArgumentException().isThrownBy(() -> host(hostname)).withMessageContaining("hostname");
    }

    @Test
    void hostnamesAreComparedInLowerCase() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TlsListenerSettings.of(List.of(host("shop.example"), host("SHOP.example"))))
                .withMessageContaining("given twice");
    }

    @Test
    void unknownApplicationProtocolIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TlsListenerSettings(List.of(host("")), List.of("h3")))
                .withMessageContaining("applicationProtocols");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TlsListenerSettings(List.of(), List.of("h2")))
                .withMessageContaining("hosts");
    }

    @Test
    void keyNeverReachesALog() {
        assertThat(TlsListenerSettings.of(List.of(host("shop.example"))).toString())
                .contains("shop.example")
                .doesNotContain("PRIVATE");
    }

    @Test
    void keyOfAnotherCertificateIsNamed() {
        Identity other = TestPki.server(ROOT, "other.example");
        assertUnservable(
                new TlsHost("shop.example", IDENTITY.chainPem(), other.keyPem(), NONE),
                "host shop.example, private key: the key is not the first certificate's");
    }

    @Test
    void bundleWithoutCertificateIsNamed() {
        assertUnservable(
                new TlsHost("", IDENTITY.chainPem(), IDENTITY.keyPem(), new ClientValidation.Required("")),
                "host (default), client authorities: no CERTIFICATE block");
    }

    @Test
    void keyOfTheWrongTypeIsNamed() {
        assertUnservable(
                new TlsHost("", IDENTITY.chainPem(), TestPki.pem("PRIVATE KEY", new byte[] {1}), NONE),
                "host (default), private key:");
    }
}
