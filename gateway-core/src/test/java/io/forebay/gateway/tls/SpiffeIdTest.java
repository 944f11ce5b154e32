package io.forebay.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpiffeIdTest {
    @ParameterizedTest
    @CsvSource({
        "spiffe://example.org/kitchen/stove, example.org",
        "spiffe://example.org, example.org",
        "spiffe://a_b-c.9/x/..y/...z, a_b-c.9"
    })
    void readsTheTrustDomain(String uri, String trustDomain) {
        assertThat(SpiffeId.parse(uri)).isEqualTo(new SpiffeId(uri, trustDomain));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.org/a",
                "SPIFFE://example.org/a",
                "spiffe://Example.org/a",
                "spiffe:///a",
                "spiffe://example.org/",
                "spiffe://example.org/a/",
                "spiffe://example.org//a",
                "spiffe://example.org/./a",
                "spiffe://example.org/a/..",
                "spiffe://example.org:8443/a",
                "spiffe://user@example.org/a",
                "spiffe://example.org/a?b",
                "spiffe://example.org/a#b",
                "spiffe://example.org/%61",
                "spiffe://example.org/a b",
                " spiffe://example.org/a"
            })
    void refusesWhatDeviates(String uri) {
        assertThat(SpiffeId.parse(uri)).isNull();
    }

    @Test
    void refusesWhatIsTooLong() {
        String longest = "spiffe://example.org/" + "a".repeat(2048 - 21);
        assertThat(SpiffeId.parse(longest)).isNotNull();
        assertThat(SpiffeId.parse(longest + "a")).isNull();
    }

    @Test
    void certificateWithTwoUrisHasNoSpiffeId() throws Exception {
        TestPki.Identity identity = TestPki.Authority.root("root")
                .leaf("two")
                .uri("spiffe://example.org/a")
                .uri("spiffe://example.org/b")
                .issue();
        PeerCertificate peer = PeerCertificate.of(identity.chain());
        assertThat(peer.uris()).hasSize(2);
        assertThat(peer.spiffeId()).isNull();
        assertThat(peer.trustDomain()).isNull();
    }

    @Test
    void certificateWithoutNamesHasNone() throws Exception {
        TestPki.Identity identity = TestPki.Authority.root("root").leaf("bare").issue();
        PeerCertificate peer = PeerCertificate.of(identity.chain());
        assertThat(peer.uris()).isEmpty();
        assertThat(peer.dnsNames()).isEmpty();
        assertThat(peer.emails()).isEmpty();
        assertThat(peer.spiffeId()).isNull();
    }
}
