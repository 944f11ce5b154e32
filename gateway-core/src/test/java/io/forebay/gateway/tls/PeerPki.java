package io.forebay.gateway.tls;

/// An authority that issues to peers, each certificate for both ends of a connection.
public final class PeerPki {
    private final TestPki.Authority authority;

    /// A certificate and its key.
    public record Shown(String chainPem, String keyPem) {}

    /// @param name of the authority
    public PeerPki(String name) {
        this.authority = TestPki.Authority.root(name);
    }

    /// Whom to believe.
    public String pem() {
        return authority.pem();
    }

    public Shown issue(String dnsName) {
        TestPki.Identity issued =
                authority.leaf(dnsName).dns(dnsName).usage(null).issue();
        return new Shown(issued.chainPem(), issued.keyPem());
    }
}
