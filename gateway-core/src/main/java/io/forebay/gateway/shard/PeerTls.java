package io.forebay.gateway.shard;

import static java.util.Objects.requireNonNull;

/// What a node shows its peers, as client and as server, and whom it believes.
///
/// @param chainPem its certificate first, which bears [PeerSettings#name()]
/// @param keyPem the key of that certificate, not encrypted
/// @param authoritiesPem who issues certificates to peers
public record PeerTls(String chainPem, String keyPem, String authoritiesPem) {
    public PeerTls {
        requireNonNull(chainPem, "chainPem");
        requireNonNull(keyPem, "keyPem");
        requireNonNull(authoritiesPem, "authoritiesPem");
    }

    /// Never the key.
    @Override
    public String toString() {
        return "PeerTls[" + chainPem.length() + " characters of certificates]";
    }
}
