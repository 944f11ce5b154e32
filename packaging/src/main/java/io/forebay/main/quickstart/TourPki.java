package io.forebay.main.quickstart;

import io.forebay.main.material.LocalPki;
import io.forebay.mesh.identity.Credential;
import io.forebay.mesh.identity.ServiceIdentity;
import io.forebay.mesh.identity.Validity;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The certificates of the tour: one authority, the gateway's certificate for `localhost`, one client's. The
/// authority's key is forgotten; the files are written anew at each start.
///
/// @param authority what both sides trust
/// @param client what the tour shows the gateway
record TourPki(X509Certificate authority, Credential client) {
    static final ServiceIdentity CLIENT = ServiceIdentity.parse("spiffe://demo.example/shop");

    private static final Duration LIFETIME = Duration.ofDays(30);
    private static final char[] NO_PASSWORD = {};

    static TourPki create(TourFolder folder, Instant now, SecureRandom random)
            throws GeneralSecurityException, IOException {
        Validity validity = Validity.from(now, LIFETIME);
        LocalPki pki = LocalPki.create("Forebay quickstart", CLIENT, validity, validity, random);
        pki.write(folder.files());
        return new TourPki(pki.authority().certificate(), pki.client());
    }

    static Path authorityFile(TourFolder folder) {
        return folder.pki().resolve("ca.crt");
    }

    static Path certificateFile(TourFolder folder) {
        return folder.pki().resolve("client.crt");
    }

    static Path keyFile(TourFolder folder) {
        return folder.pki().resolve("client.key");
    }

    /// Trusts the authority and shows the client's certificate.
    SSLContext withCertificate() throws GeneralSecurityException {
        KeyStore store = emptyStore();
        store.setKeyEntry("client", client.key(), NO_PASSWORD, client.chain().toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, NO_PASSWORD);
        return context(keys.getKeyManagers());
    }

    /// Trusts the authority and shows nothing.
    SSLContext withoutCertificate() throws GeneralSecurityException {
        return context(new KeyManager[0]);
    }

    private SSLContext context(KeyManager[] keys) throws GeneralSecurityException {
        KeyStore trusted = emptyStore();
        trusted.setCertificateEntry("authority", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty key store cannot be made", e);
        }
    }
}
