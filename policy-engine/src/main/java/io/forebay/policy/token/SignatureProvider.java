package io.forebay.policy.token;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.amazon.corretto.crypto.provider.SelfTestStatus;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import org.jspecify.annotations.Nullable;

/// Who verifies signatures: AWS-LC by Amazon's provider where its native library runs, else the JDK, which takes eight
/// times as long for ECDSA (decision 0025). Both say the same of every signature. Any thread.
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

    /// Makes keys that the signatures take; those of the provider's own making they need not translate.
    KeyFactory keyFactory(String type) throws NoSuchAlgorithmException {
        return provider == null || provider.getService("KeyFactory", type) == null
                ? KeyFactory.getInstance(type)
                : KeyFactory.getInstance(type, provider);
    }

    Signature signature(String algorithm) throws NoSuchAlgorithmException {
        return provider == null ? Signature.getInstance(algorithm) : Signature.getInstance(algorithm, provider);
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
