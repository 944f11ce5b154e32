package io.forebay.policy.token;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// What one loop needs to look up a token without creating anything: a digest and where its words go. Owned by one
/// thread.
public final class TokenScratch {

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final MessageDigest sha256;
    private final byte[] digest = new byte[32];
    long word0;
    long word1;
    long word2;
    long word3;

    public TokenScratch() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// Leaves the SHA-256 of a range in the four words.
    void digest(byte[] bytes, int offset, int length) {
        sha256.update(bytes, offset, length);
        try {
            sha256.digest(digest, 0, digest.length);
        } catch (DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes", e);
        }
        word0 = (long) WORDS.get(digest, 0);
        word1 = (long) WORDS.get(digest, 8);
        word2 = (long) WORDS.get(digest, 16);
        word3 = (long) WORDS.get(digest, 24);
    }
}
