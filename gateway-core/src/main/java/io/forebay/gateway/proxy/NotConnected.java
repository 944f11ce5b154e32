package io.forebay.gateway.proxy;

import io.forebay.gateway.http.ResponseFlag;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.mesh.UpstreamFailure;
import org.jspecify.annotations.Nullable;

/// Why a call's tries had no connection: that no endpoint is left has a reason, which is told where it is known. Owned
/// by its call.
final class NotConnected {
    private @Nullable UpstreamFailure last;
    /// An endpoint that answers, but not as whom the policy expects: told rather than that none is ready.
    private UpstreamFailure.@Nullable TlsFailed untrusted;

    void begin() {
        last = null;
        untrusted = null;
    }

    void failed(UpstreamFailure failure) {
        last = failure;
        if (failure instanceof UpstreamFailure.TlsFailed tls) {
            untrusted = tls;
        }
    }

    /// A later try has a connection.
    void connected() {
        last = null;
    }

    /// The failure of a call that has no endpoint left to try.
    UpstreamFailure noneReady(LoopUpstream backend) {
        UpstreamFailure told = untrusted;
        return told == null ? new UpstreamFailure.NoReadyEndpoint(backend.id()) : told;
    }

    ResponseFlag flag(UpstreamFailure failure, @Nullable LoopUpstream backend) {
        UpstreamFailure before = last;
        boolean isNoneReady = failure instanceof UpstreamFailure.NoReadyEndpoint;
        if (isNoneReady && before != null) {
            return ProblemCatalog.flag(before);
        }
        return isNoneReady && backend != null && backend.isBreakerOpen()
                ? ResponseFlag.BREAKER_OPEN
                : ProblemCatalog.flag(failure);
    }
}
