package io.forebay.main.peer;

import io.forebay.gateway.shard.PeerTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the texts are that a node shows its peers, and by which it believes them: PEM files.
///
/// @param certificate its certificate first, then its issuers
/// @param key of that certificate
/// @param authorities who issues certificates to peers
public record PeerFiles(Path certificate, Path key, Path authorities) {
    /// What is in the files now.
    ///
    /// @throws IOException one cannot be read; the message names it
    PeerTls read() throws IOException {
        return new PeerTls(text(certificate), text(key), text(authorities));
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IOException(
                    "peers.tls: " + file + " cannot be read: " + e.getClass().getSimpleName(), e);
        }
    }
}
