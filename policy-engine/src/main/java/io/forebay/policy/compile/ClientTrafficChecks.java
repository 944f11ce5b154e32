package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.forebay.policy.AddressRange;
import io.forebay.policy.ClientTraffic;
import io.forebay.policy.ClientTraffic.ConnectionLimit;
import io.forebay.policy.ClientTraffic.Http2;
import io.forebay.policy.ClientTraffic.Timeouts;
import io.forebay.policy.compile.Attachments.Attached;
import io.forebay.policy.compile.Attachments.Target;
import io.forebay.policy.document.ByteSize;
import io.forebay.policy.document.ClientTrafficPolicySpec;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.Mode;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.document.TargetRef;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A ClientTrafficPolicy: do its targets exist, and is it the only one of their ports. What holds for a connection is
/// said before it is known which listener of the port it is for, so one policy holds for all of them.
final class ClientTrafficChecks {

    private ClientTrafficChecks() {}

    static Checked check(Document.ClientTrafficPolicy policy, Scope scope) {
        Header header = policy.header();
        List<TargetRef> refs = policy.spec().targetRefs();
        Checked checked = PolicyChecks.targets(header, refs, policy.spec().mode(), scope);
        for (int i = 0; i < refs.size() && policy.spec().mode() != Mode.OFF; i++) {
            Target target = PolicyChecks.target(header, refs.get(i));
            String problem = target == null ? null : otherOfPort(header.key(), target, scope);
            if (problem != null) {
                String path = "spec.targetRefs[" + i + "]";
                checked.faults().error(header.at(path), path, problem, "one policy for a port");
                checked = checked.without();
            }
        }
        boolean isHttp3 = policy.spec().http3() != null && policy.spec().mode() != Mode.OFF;
        return isHttp3 ? Http3Checks.check(policy, checked, scope) : checked;
    }

    /// Which other policy a port of the target has already; null for none.
    private static @Nullable String otherOfPort(ObjectKey policy, Target target, Scope scope) {
        LiveObject object = scope.find(
                target.object().kind(),
                target.object().namespace(),
                target.object().name());
        if (object == null || !(object.document() instanceof Document.Gateway gateway)) {
            return null;
        }
        for (Listener own : gateway.spec().getListeners()) {
            boolean isGoverned = target.section() == null
                    ? other(policy, new Target(gateway.key(), own.getName()), scope) == null
                    : target.section().equals(own.getName());
            String found = isGoverned ? otherOfPort(policy, own, gateway.key(), scope) : null;
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable String otherOfPort(ObjectKey policy, Listener own, ObjectKey gateway, Scope scope) {
        Attachments attachments = scope.attachments(Kind.CLIENT_TRAFFIC_POLICY);
        for (LiveObject object : scope.all(Kind.GATEWAY)) {
            if (!(object.document() instanceof Document.Gateway(var header, var spec))) {
                continue;
            }
            for (Listener listener : spec.getListeners()) {
                boolean isOwn =
                        header.key().equals(gateway) && listener.getName().equals(own.getName());
                Attached attached = attachments.ofListener(header.key(), listener.getName());
                if (!isOwn
                        && Objects.equals(listener.getPort(), own.getPort())
                        && attached != null
                        && !attached.policy().equals(policy)) {
                    return "port " + own.getPort() + " of listener " + own.getName() + " is that of listener "
                            + listener.getName() + " of " + header.key() + " too, where " + attached.policy()
                            + " is attached";
                }
            }
        }
        return null;
    }

    private static @Nullable Attached other(ObjectKey policy, Target target, Scope scope) {
        Attached attached = scope.attachments(Kind.CLIENT_TRAFFIC_POLICY).at(target);
        return attached == null || attached.policy().equals(policy) ? null : attached;
    }

    /// What the policy attached to a listener asks for.
    static ClientTraffic traffic(@Nullable Attached attached) {
        return attached instanceof Attached.Good(var object)
                        && object.document() instanceof Document.ClientTrafficPolicy policy
                ? new ClientTraffic(
                        proxyProtocol(policy.spec().proxyProtocol()),
                        policy.spec().http3() != null,
                        connectionLimit(policy.spec().connection()),
                        http2(policy.spec().http2()),
                        timeouts(policy.spec().timeout()))
                : ClientTraffic.NONE;
    }

    private static ConnectionLimit connectionLimit(ClientTrafficPolicySpec.@Nullable Connection spec) {
        ClientTrafficPolicySpec.ConnectionLimit limit = spec == null ? null : spec.connectionLimit();
        return limit == null
                ? ConnectionLimit.NONE
                : new ConnectionLimit(
                        or(limit.value(), ConnectionLimit.NONE.connectionsMax()),
                        or(limit.perClientAddress(), ConnectionLimit.NONE.perClientMax()));
    }

    private static Http2 http2(ClientTrafficPolicySpec.@Nullable Http2 spec) {
        return spec == null
                ? Http2.DEFAULT
                : new Http2(
                        or(spec.maxConcurrentStreams(), Http2.DEFAULT.streamsMax()),
                        bytes(spec.initialStreamWindowSize(), Http2.DEFAULT.streamWindowBytes()),
                        bytes(spec.initialConnectionWindowSize(), Http2.DEFAULT.connectionWindowBytes()));
    }

    private static Timeouts timeouts(ClientTrafficPolicySpec.@Nullable Timeout spec) {
        ClientTrafficPolicySpec.HttpTimeout http = spec == null ? null : spec.http();
        return http == null
                ? Timeouts.DEFAULT
                : new Timeouts(
                        http.requestReceivedTimeout() == null
                                ? Timeouts.DEFAULT.requestNs()
                                : http.requestReceivedTimeout().toNanos(),
                        http.idleTimeout() == null
                                ? Timeouts.DEFAULT.idleNs()
                                : http.idleTimeout().toNanos(),
                        http.minBodyRate() == null
                                ? Timeouts.DEFAULT.bodyBytesPerSecondMin()
                                : http.minBodyRate().bytes());
    }

    private static int or(@Nullable Integer said, int byDefault) {
        return said == null ? byDefault : said;
    }

    private static int bytes(@Nullable ByteSize said, int byDefault) {
        return said == null ? byDefault : Math.toIntExact(said.bytes());
    }

    private static ClientTraffic.@Nullable ProxyProtocol proxyProtocol(
            ClientTrafficPolicySpec.@Nullable ProxyProtocol spec) {
        return spec == null
                ? null
                : new ClientTraffic.ProxyProtocol(
                        spec.optional() != null && spec.optional(),
                        spec.trustedCIDRs().stream()
                                .map(AddressRange::parse)
                                .flatMap(Optional::stream)
                                .toList());
    }
}
