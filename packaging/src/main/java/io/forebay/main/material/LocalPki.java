package io.forebay.main.material;

import io.forebay.mesh.identity.CertificateAuthority;
import io.forebay.mesh.identity.Credential;
import io.forebay.mesh.identity.Pem;
import io.forebay.mesh.identity.ServiceIdentity;
import io.forebay.mesh.identity.Validity;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;

/// An authority of one's own, a certificate of the gateway for `localhost`, and one of a client.
public record LocalPki(CertificateAuthority authority, Credential server, Credential client) {

    /// Makes new keys.
    ///
    /// @param ofAuthority how long the authority is good, and with it all of it
    public static LocalPki create(
            String authorityName,
            ServiceIdentity clientIdentity,
            Validity ofAuthority,
            Validity ofOthers,
            SecureRandom random)
            throws GeneralSecurityException {
        CertificateAuthority authority = CertificateAuthority.create(authorityName, ofAuthority, random);
        Credential server =
                authority.issueServer("localhost", List.of("localhost"), List.of("127.0.0.1"), ofOthers, random);
        String path = clientIdentity.toString();
        String clientName = path.substring(path.lastIndexOf('/') + 1);
        return new LocalPki(authority, server, authority.issueClient(clientName, clientIdentity, ofOthers, random));
    }

    /// Writes `pki/`: certificates for all to read, keys of the gateway and the client for their owner alone. The
    /// authority's own key is not written.
    public void write(WholeFiles folder) throws IOException {
        folder.write("pki/ca.crt", Pem.ofCertificates(List.of(authority.certificate())));
        folder.write("pki/server.crt", server.chainPem());
        folder.writeSecret("pki/server.key", server.keyPem());
        folder.write("pki/client.crt", client.chainPem());
        folder.writeSecret("pki/client.key", client.keyPem());
    }
}
