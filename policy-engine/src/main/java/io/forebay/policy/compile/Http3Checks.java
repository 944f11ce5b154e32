package io.forebay.policy.compile;

import io.fabric8.kubernetes.api.model.gatewayapi.v1.Listener;
import io.forebay.policy.compile.Attachments.Attached;
import io.forebay.policy.compile.Attachments.Target;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.document.TargetRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A ClientTrafficPolicy with `http3`: does its target have ports at which HTTP/3 can be spoken. All listeners of such
/// a port are HTTPS, since a connection of QUIC cannot be passed through by this gateway, and none asks for
/// client certificates, since in QUIC the server name of a handshake chooses the certificate but not what is
/// asked.
final class Http3Checks {
    private Http3Checks() {}

    static Checked check(Document.ClientTrafficPolicy policy, Checked targets, Scope scope) {
        Header header = policy.header();
        List<TargetRef> refs = policy.spec().targetRefs();
        Checked checked = targets;
        for (int i = 0; i < refs.size(); i++) {
            Target target = PolicyChecks.target(header, refs.get(i));
            String problem = target == null ? null : problem(header.key(), target, scope);
            if (problem != null) {
                String path = "spec.targetRefs[" + i + "]";
                checked.faults()
                        .error(
                                header.at(path),
                                path,
                                problem,
                                "HTTPS listeners without client certificates, for http3");
                checked = checked.without();
            }
        }
        return checked;
    }

    private static @Nullable String problem(ObjectKey policy, Target target, Scope scope) {
        LiveObject object = scope.find(
                target.object().kind(),
                target.object().namespace(),
                target.object().name());
        if (object == null || !(object.document() instanceof Document.Gateway gateway)) {
            return null;
        }
        List<Listener> secure = new ArrayList<>();
        for (Listener listener : gateway.spec().getListeners()) {
            if (isGoverned(policy, target, gateway.key(), listener, scope) && isHttps(listener)) {
                secure.add(listener);
            }
        }
        if (secure.isEmpty()) {
            return target.section() == null
                    ? gateway.key() + " has no HTTPS listener"
                    : "listener " + target.section() + " of " + gateway.key() + " is not HTTPS";
        }
        for (Listener listener : secure) {
            String found = problem(listener.getPort(), scope);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static boolean isGoverned(
            ObjectKey policy, Target target, ObjectKey gateway, Listener listener, Scope scope) {
        if (target.section() != null) {
            return target.section().equals(listener.getName());
        }
        Attached own = scope.attachments(Kind.CLIENT_TRAFFIC_POLICY).at(new Target(gateway, listener.getName()));
        return own == null || own.policy().equals(policy);
    }

    private static @Nullable String problem(Integer port, Scope scope) {
        for (LiveObject object : scope.all(Kind.GATEWAY)) {
            if (object.document() instanceof Document.Gateway(var header, var spec)
                    && object.material() instanceof Material.Listeners sound) {
                for (Listener listener : spec.getListeners()) {
                    Material.ListenerTls tls = sound.byName().get(listener.getName());
                    if (tls != null && Objects.equals(listener.getPort(), port)) {
                        String name = "listener " + listener.getName() + " of " + header.key();
                        if (!isHttps(listener)) {
                            return name + ", which has port " + port + " too, is not HTTPS";
                        }
                        if (tls.clientTrust() != null) {
                            return name + " asks for client certificates";
                        }
                    }
                }
            }
        }
        return null;
    }

    private static boolean isHttps(Listener listener) {
        return "HTTPS".equals(listener.getProtocol());
    }
}
