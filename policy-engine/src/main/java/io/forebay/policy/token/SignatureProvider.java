package io.forebay.policy.token;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.amazon.corretto.crypto.provider.RuntimeCryptoException;
import com.amazon.corretto.crypto.provider.SelfTestStatus;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import org.jspecify.annotations.Nullable;

/// Who verifies signatures: AWS-LC by Amazon's provider where its native library runs, else the JDK, which takes eight
/// times as long for ECDSA (decision 0025). Both say the same of every signature of a length
/// that its algorithm gives. Any thread.
final class SignatureProvider {
    private static final Logger LOG = System.getLogger(SignatureProvider.class.getName());

    static final SignatureProvider OF_JDK = new SignatureProvider(null);
    private static final SignatureProvider BEST = new SignatureProvider(nativeProvider());

    private final @Nullable Provider provider;

    private SignatureProvider(@Nullable Provider provider) {
        this.provider = provider;
    }

    /// The one for signatures of an algorithm, by its JCA name.
    static SignatureProvider of(String algorithm) {
        Provider best = BEST.provider;
        return best != null && best.getService("Signature", algorithm) != null ? BEST : OF_JDK;
    }

    /// Makes a key. One of the provider's own making need not be translated at each verification.
    PublicKey key(SignatureAlgorithm algorithm, KeySpec spec) throws GeneralSecurityException {
        String type = algorithm.keyType();
        try {
            KeyFactory factory = provider == null || provider.getService("KeyFactory", type) == null
                    ? KeyFactory.getInstance(type)
                    : KeyFactory.getInstance(type, provider);
            return factory.generatePublic(spec);
        } catch (RuntimeCryptoException e) {
            throw new InvalidKeySpecException("it is refused by " + provider, e);
        }
    }

    /// Whether the signature is the key's. One that is none at all is not.
    boolean verifies(SignatureAlgorithm algorithm, PublicKey key, byte[] signed, byte[] signature) {
        try {
            Signature verifier = provider == null
                    ? Signature.getInstance(algorithm.jcaName())
                    : Signature.getInstance(algorithm.jcaName(), provider);
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(signature);
        } catch (GeneralSecurityException | RuntimeCryptoException e) {
            return false;
        }
    }

    private static @Nullable Provider nativeProvider() {
        AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
        Throwable error = provider.getLoadingError();
        if (error != null) {
            LOG.log(Level.INFO, "token signatures are verified by the JDK: " + error);
            return null;
        }
        if (provider.runSelfTests() != SelfTestStatus.PASSED) {
            LOG.log(Level.WARNING, "token signatures are verified by the JDK: " + provider + " fails its own tests");
            return null;
        }
        return provider;
    }
}
