package io.forebay.gateway.offload;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The name under which the store shares out a queue: the tenant's own, or its digest where that is too long or empty.
/// A tenant is by default the whole identity of a caller, which an issuer may make as long as it likes.
public final class TenantName {
    private static final int BYTES_MAX = 255;

    private TenantName() {}

    /// At most 255 bytes, never empty.
    public static String of(String tenant) {
        byte[] bytes = tenant.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0 && bytes.length <= BYTES_MAX) {
            return tenant;
        }
        try {
            return "sha-256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
