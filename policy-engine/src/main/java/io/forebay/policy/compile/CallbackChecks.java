package io.forebay.policy.compile;

import io.forebay.policy.document.Document;
import io.forebay.policy.document.Findings;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.document.OffloadPolicySpec;
import io.forebay.policy.document.QueueSpec;
import io.forebay.policy.offload.SigningKeys;
import org.jspecify.annotations.Nullable;

/// The callback of an OffloadPolicy: is there a queue that the gateway itself works off, and keys to sign with.
final class CallbackChecks {
    private static final String QUEUE = "spec.callback.queue";
    private static final String SECRET = "spec.callback.secretRef";

    private CallbackChecks() {}

    /// The keys, or null with an error.
    static @Nullable SigningKeys keys(
            Header header, OffloadPolicySpec.Callback callback, Scope scope, Findings findings) {
        return hasQueue(header, callback.queue(), scope, findings)
                ? secret(header, callback.secretRef(), scope, findings)
                : null;
    }

    private static boolean hasQueue(Header header, String name, Scope scope, Findings findings) {
        String namespace = header.key().namespace();
        LiveObject queue = scope.find(Kind.QUEUE, namespace, name);
        if (queue == null) {
            findings.error(header.at(QUEUE), QUEUE, "there is no sound " + new ObjectKey(Kind.QUEUE, namespace, name));
            return false;
        }
        boolean isPull = queue.document() instanceof Document.Queue(var ofQueue, var spec)
                && spec.workers() == QueueSpec.Workers.PULL;
        if (isPull) {
            findings.error(
                    header.at(QUEUE), QUEUE, "the gateway delivers callbacks itself", "a queue without workers: pull");
        }
        return !isPull;
    }

    private static @Nullable SigningKeys secret(
            Header header, OffloadPolicySpec.SecretRef ref, Scope scope, Findings findings) {
        String kindName = ref.kind() == null ? "Secret" : ref.kind();
        Kind kind = Kind.find(ref.group() == null ? "" : ref.group(), kindName).orElse(null);
        if (kind == null) {
            findings.error(
                    header.at(SECRET),
                    SECRET,
                    "no kind " + kindName + " in the group \"" + ref.group() + "\"",
                    "Secret in \"\", FileSecret in forebay.io");
            return null;
        }
        ObjectKey key = new ObjectKey(kind, header.key().namespace(), ref.name());
        LiveObject object = scope.find(kind, header.key().namespace(), ref.name());
        if (object == null) {
            findings.error(header.at(SECRET), SECRET, "there is no sound " + key);
            return null;
        }
        SigningKeys keys = object.material() instanceof Material.Pem pem ? pem.signingKeys() : null;
        if (keys == null) {
            findings.error(header.at(SECRET), SECRET, key + " has no webhook.key");
        }
        return keys;
    }
}
