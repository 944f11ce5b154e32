package io.forebay.main.operator;

import io.forebay.admin.PolicyView;
import io.forebay.admin.Reply;
import io.forebay.policy.ObjectStatus;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.reload.PolicyReloader;
import io.forebay.policy.reload.Revision;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// The policy in force and what the newest files would make of it.
public final class PolicyPort implements PolicyView {
    private final PolicyReloader reloader;

    public PolicyPort(PolicyReloader reloader) {
        this.reloader = reloader;
    }

    @Override
    public Reply<Publication> publication() {
        List<Revision> revisions = reloader.revisions();
        Instant since = revisions.isEmpty()
                ? Instant.EPOCH
                : Instant.ofEpochMilli(revisions.getLast().publishedAtMs());
        List<String> faults = reloader.report().diagnostics().stream()
                .filter(Diagnostic::isError)
                .map(Diagnostic::toString)
                .toList();
        return Reply.done(new Publication(reloader.holder().current().generation(), since, faults));
    }

    @Override
    public Reply<List<PolicyObject>> objects() {
        return Reply.done(
                reloader.report().statuses().stream().map(PolicyPort::object).toList());
    }

    @Override
    public Reply<PolicyObject> object(String kind, String namespace, String name) {
        return reloader.report().statuses().stream()
                .filter(status -> status.kind().equals(kind)
                        && status.namespace().equals(namespace)
                        && status.name().equals(name))
                .findFirst()
                .map(status -> Reply.done(object(status)))
                .orElseGet(Reply::missing);
    }

    private static PolicyObject object(ObjectStatus status) {
        return new PolicyObject(
                status.kind(),
                status.namespace(),
                status.name(),
                status.origin(),
                status.mode().name().toLowerCase(Locale.ROOT),
                status.observedGeneration(),
                status.conditions().stream()
                        .map(condition -> new Condition(
                                condition.type().text(), condition.holds(), condition.reason(), condition.message()))
                        .toList());
    }
}
