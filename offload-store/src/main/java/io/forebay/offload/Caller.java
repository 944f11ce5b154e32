package io.forebay.offload;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;

/// Who submitted a job: the tenant whose share it uses, the principal who may read it, the provider that vouched.
/// The tenant is at most 255 UTF-8 bytes: it becomes part of a dictionary key.
public record Caller(String tenant, String principal, String provider) {
    public Caller {
        requireNonNull(principal, "principal");
        requireNonNull(provider, "provider");
        if (tenant.isEmpty() || tenant.getBytes(StandardCharsets.UTF_8).length > 255) {
            throw new IllegalArgumentException("tenant must be 1 to 255 bytes of UTF-8");
        }
    }
}
