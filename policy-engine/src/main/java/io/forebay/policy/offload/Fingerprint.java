package io.forebay.policy.offload;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.HeaderName;
import io.forebay.policy.RequestFacts;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// What makes a repeat the same request: SHA-256 over method, host, path, query, Content-Type and body. Each part of
/// the head is preceded by its length, an absent one by -1, so no two heads run together. Fed with the body as it
/// arrives, by one thread.
public final class Fingerprint {

    private static final HeaderName CONTENT_TYPE = HeaderName.of("content-type");

    private final MessageDigest sha256;

    /// Begins with the head.
    public Fingerprint(RequestFacts facts) {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        byte[] bytes = facts.bytes();
        part(bytes, facts.method());
        part(bytes, facts.host());
        part(bytes, facts.path());
        part(bytes, facts.query());
        part(bytes, facts.header(CONTENT_TYPE));
    }

    private void part(byte[] bytes, long span) {
        if (span == ByteSpan.ABSENT) {
            length(-1);
        } else {
            length(ByteSpan.length(span));
            sha256.update(bytes, ByteSpan.offset(span), ByteSpan.length(span));
        }
    }

    private void length(int length) {
        sha256.update(ByteBuffer.allocate(4).putInt(length).flip());
    }

    /// Adds the next bytes of the body.
    public void body(byte[] bytes, int offset, int length) {
        sha256.update(bytes, offset, length);
    }

    /// Adds the next bytes of the body and moves the buffer's position to its limit.
    public void body(ByteBuffer bytes) {
        sha256.update(bytes);
    }

    /// The 32 bytes; ends the use of this object.
    public byte[] digest() {
        return sha256.digest();
    }
}
