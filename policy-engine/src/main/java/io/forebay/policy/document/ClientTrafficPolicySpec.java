package io.forebay.policy.document;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// `ClientTrafficPolicy.spec`: what holds between clients and the ports of a Gateway, under Envoy Gateway's names.
public record ClientTrafficPolicySpec(
        List<TargetRef> targetRefs,
        @Nullable Mode mode,
        @Nullable ProxyProtocol proxyProtocol,
        @Nullable Http3 http3) {

    /// HTTP/3 beside HTTP/1.1 and HTTP/2.
    public record Http3() {}

    /// A header of the PROXY protocol in front of each connection.
    ///
    /// @param optional whether it may be missing; absent: no
    /// @param trustedCIDRs from where it is believed
    public record ProxyProtocol(@Nullable Boolean optional, List<String> trustedCIDRs) {}
}
