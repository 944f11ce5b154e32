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
        String kind = ref.kind() == null ? "Secret" : ref.kind();
        Material.Pem pem = new PemReferences(header, scope, findings)
                .find(new PemReferences.Reference(ref.group(), kind, null, ref.name()), SECRET);
        if (pem == null) {
            return null;
        }
        SigningKeys keys = pem.signingKeys();
        if (keys == null) {
            findings.error(
                    header.at(SECRET),
                    SECRET,
                    kind + " " + header.key().namespace() + "/" + ref.name() + " has no webhook.key");
        }
        return keys;
    }
}
