package io.forebay.offload;

import org.jspecify.annotations.Nullable;

/// Which jobs are meant; all of it must fit.
///
/// @param reason why they are in their state, or null
/// @param tenant or null
/// @param route or null
/// @param changedFromMs of their last change, inclusive
/// @param changedToMs exclusive
public record JobFilter(
        @Nullable String reason,
        @Nullable String tenant,
        @Nullable RouteIdentity route,
        long changedFromMs,
        long changedToMs) {
    public static final JobFilter ALL = new JobFilter(null, null, null, 0, Long.MAX_VALUE);

    public boolean fits(String ofReason, String ofTenant, RouteIdentity ofRoute, long changedMs) {
        return (reason == null || reason.equals(ofReason))
                && (tenant == null || tenant.equals(ofTenant))
                && (route == null || route.equals(ofRoute))
                && changedMs >= changedFromMs
                && changedMs < changedToMs;
    }
}
