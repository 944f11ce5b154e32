package io.forebay.policy.compile;

import io.forebay.policy.compile.Attachments.Attached;
import io.forebay.policy.compile.Attachments.Target;
import io.forebay.policy.compile.Outcome.Verdict;
import io.forebay.policy.compile.Selection.Candidate;
import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.FaultyDocument;
import io.forebay.policy.document.Header;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.Mode;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.document.TargetRef;
import io.forebay.policy.document.Yaml;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Decides which version of each object is in force. In order: the newest if it is sound; else the last good one if
/// it still fits; else the sound parts of the newest; else nothing, and what cannot be left open fails closed.
/// Objects are taken kind by kind, those referred to before those that refer, and within a kind those already in
/// force before new ones, so that nobody loses a port or a target to a latecomer; of routes the oldest come first.
final class Resolution {

    private static final List<Set<Kind>> ORDER = List.of(
            Set.of(Kind.REFERENCE_GRANT),
            Set.of(Kind.BACKEND),
            Set.of(Kind.HTTP_ROUTE_FILTER),
            Set.of(Kind.QUEUE),
            Set.of(Kind.CONFIG_MAP),
            Set.of(Kind.SECRET),
            Set.of(Kind.FILE_SECRET),
            Set.of(Kind.BACKEND_TLS_POLICY),
            Set.of(Kind.GATEWAY),
            // Together: of two that want one hostname the older has it, whatever its kind.
            Set.of(Kind.HTTP_ROUTE, Kind.GRPC_ROUTE),
            Set.of(Kind.TLS_ROUTE),
            Set.of(Kind.TCP_ROUTE),
            Set.of(Kind.SECURITY_POLICY),
            Set.of(Kind.BACKEND_TRAFFIC_POLICY),
            Set.of(Kind.CLIENT_TRAFFIC_POLICY),
            Set.of(Kind.OFFLOAD_POLICY),
            Set.of(Kind.SCHEDULE));

    private final Selection selection;
    private final EffectiveObjects before;
    private final Scope scope;
    private final Map<Kind, List<ObjectKey>> keys = new EnumMap<>(Kind.class);
    private final List<Outcome> outcomes = new ArrayList<>();
    private Surroundings checkedIn = Surroundings.NONE;
    private boolean areRoutesAsBefore;

    private Resolution(Selection selection, EffectiveObjects before, Scope scope) {
        this.selection = selection;
        this.before = before;
        this.scope = scope;
        Stream.concat(selection.chosen().keySet().stream(), selection.kept().stream())
                .forEach(key ->
                        keys.computeIfAbsent(key.kind(), _ -> new ArrayList<>()).add(key));
    }

    /// Fills the scope with the objects in force.
    static Resolution resolve(Selection selection, EffectiveObjects before, Scope scope) {
        scope.providerKeys(ProviderKeys.of(selection, before, scope));
        Resolution resolution = new Resolution(selection, before, scope);
        ORDER.forEach(resolution::resolveKinds);
        return resolution;
    }

    /// What became of each object.
    List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    /// What was in force before the first route was looked at.
    Surroundings checkedIn() {
        return checkedIn;
    }

    private void resolveKinds(Set<Kind> kinds) {
        if (kinds.contains(Kind.HTTP_ROUTE)) {
            checkedIn = scope.surroundings();
            // A route of gRPC may take a hostname from one of HTTP: where there are any, all are checked.
            areRoutesAsBefore = checkedIn.areSameAs(before.routes().checkedIn()) && !keys.containsKey(Kind.GRPC_ROUTE);
        }
        kinds.stream()
                .flatMap(kind -> keys.getOrDefault(kind, List.of()).stream())
                .map(key -> new Turn(key, before.find(key), selection.chosen().get(key)))
                .sorted(kinds.contains(Kind.GRPC_ROUTE) ? Turn.OLDEST_FIRST : Turn.IN_FORCE_FIRST)
                .forEach(this::resolveObject);
    }

    /// An object to be resolved.
    ///
    /// @param last the version in force
    /// @param newest null where it may be in a file that cannot be read whole
    private record Turn(
            ObjectKey key,
            @Nullable LiveObject last,
            @Nullable Candidate newest) {

        static final Comparator<Turn> IN_FORCE_FIRST = Comparator.comparing(Turn::isNew)
                .thenComparingLong(Turn::createdAtMs)
                .thenComparing(Turn::key);

        /// Of routes as old as each other, such as those whose files give no time, the one in force stays.
        static final Comparator<Turn> OLDEST_FIRST = Comparator.comparingLong(Turn::createdAtMs)
                .thenComparing(Turn::isNew)
                .thenComparing(turn -> turn.key().namespace())
                .thenComparing(turn -> turn.key().name())
                .thenComparing(turn -> turn.key().kind());

        boolean isNew() {
            return last == null;
        }

        long createdAtMs() {
            return newest == null ? 0 : newest.header().createdAtMs();
        }
    }

    private void resolveObject(Turn turn) {
        LiveObject last = turn.last();
        CompiledRoutes.Route known = last == null ? null : unchanged(last, turn.newest());
        if (known != null) {
            accept(known.object());
            outcomes.add(known.outcome());
            return;
        }
        Checked lastChecked = last == null ? null : ObjectChecks.check(last.document(), last.material(), scope);
        switch (turn.newest()) {
            case null -> fallBack(header(last), last, lastChecked, List.of(), false);
            case Candidate.Faulty(var faulty) -> {
                if (!fallBack(faulty.header(), last, lastChecked, faulty.diagnostics(), false)) {
                    close(faulty, faulty.diagnostics());
                }
            }
            case Candidate.Sound(var document) -> resolveSound(document, last, lastChecked);
        }
    }

    /// A route of which all is as it was when it was found to be sound, or null.
    @SuppressWarnings("ReferenceEquality") // the very document
    private CompiledRoutes.@Nullable Route unchanged(LiveObject last, @Nullable Candidate newest) {
        boolean isSameDocument =
                areRoutesAsBefore && newest instanceof Candidate.Sound(var document) && document == last.document();
        return isSameDocument ? before.routes().of(last) : null;
    }

    private static Header header(@Nullable LiveObject last) {
        if (last == null) {
            throw new IllegalStateException("only objects in force are kept without a candidate");
        }
        return last.document().header();
    }

    private void resolveSound(Document document, @Nullable LiveObject last, @Nullable Checked lastChecked) {
        Checked checked = ObjectChecks.check(document, null, scope);
        List<Diagnostic> faults = checked.faults().all();
        boolean isLastSound = lastChecked != null && lastChecked.isSound();
        boolean isPartlyBest = checked.material() != null && !isLastSound;
        if (checked.isSound() || isPartlyBest) {
            accept(live(document, kept(checked.material(), last), last));
            Verdict verdict = checked.isSound() ? Verdict.AS_WRITTEN : Verdict.PARTLY;
            outcomes.add(new Outcome(
                    document.header(), verdict, faults, checked.degraded().all(), true));
        } else if (!fallBack(document.header(), last, lastChecked, faults, true)) {
            close(new FaultyDocument(document.header(), null, targetRefs(document), faults), faults);
        }
    }

    /// The earlier instance where both mean the same, so that caches keyed by it stay warm.
    private static Material kept(@Nullable Material found, @Nullable LiveObject last) {
        if (found == null) {
            throw new IllegalStateException("an object without material is not accepted");
        }
        return last != null && last.material().equals(found) ? last.material() : found;
    }

    /// The earlier instance where nothing of it is new.
    @SuppressWarnings("ReferenceEquality") // the very document and material
    private static LiveObject live(Document document, Material material, @Nullable LiveObject last) {
        return last != null && last.document() == document && last.material() == material
                ? last
                : new LiveObject(document, material);
    }

    private boolean fallBack(
            Header newest,
            @Nullable LiveObject last,
            @Nullable Checked lastChecked,
            List<Diagnostic> faults,
            boolean areReferences) {
        if (last == null || lastChecked == null || lastChecked.material() == null) {
            return false;
        }
        accept(new LiveObject(last.document(), lastChecked.material()));
        outcomes.add(new Outcome(
                newest, Verdict.LAST_GOOD, faults, lastChecked.degraded().all(), areReferences));
        return true;
    }

    private void close(FaultyDocument faulty, List<Diagnostic> faults) {
        boolean isClosed = switch (faulty.key().kind()) {
            case HTTP_ROUTE, GRPC_ROUTE -> faulty.partialRoute() != null && isOnlyAboutRules(faults);
            case SECURITY_POLICY -> isEnforced(faulty.header());
            case BACKEND_TLS_POLICY -> true;
            case GATEWAY,
                    TLS_ROUTE,
                    TCP_ROUTE,
                    SECRET,
                    CONFIG_MAP,
                    BACKEND,
                    FILE_SECRET,
                    BACKEND_TRAFFIC_POLICY,
                    CLIENT_TRAFFIC_POLICY,
                    OFFLOAD_POLICY,
                    QUEUE,
                    SCHEDULE,
                    REFERENCE_GRANT,
                    HTTP_ROUTE_FILTER -> false;
        };
        if (isClosed) {
            scope.close(faulty);
            String reason = faulty.key() + " is faulty: " + reason(faults);
            faulty.targetRefs().forEach(ref -> attach(faulty.header(), ref, new Attached.Broken(faulty.key(), reason)));
        }
        outcomes.add(
                new Outcome(faulty.header(), isClosed ? Verdict.CLOSED : Verdict.REFUSED, faults, List.of(), false));
    }

    /// Where hostnames or parents are in doubt nobody can say which requests the route would have taken.
    private static boolean isOnlyAboutRules(List<Diagnostic> faults) {
        return faults.stream()
                .filter(Diagnostic::isError)
                .allMatch(fault -> fault.path().startsWith("spec.rules["));
    }

    private static boolean isEnforced(Header policy) {
        String mode = policy.root().value("spec") instanceof Yaml.Mapping spec ? spec.text("mode") : null;
        return !"off".equals(mode) && !"shadow".equals(mode);
    }

    static String reason(List<Diagnostic> faults) {
        return faults.stream()
                .filter(Diagnostic::isError)
                .map(Diagnostic::text)
                .findFirst()
                .orElse("it cannot be used");
    }

    private void accept(LiveObject object) {
        scope.add(object);
        Mode mode = mode(object.document());
        if (mode != Mode.OFF) {
            targetRefs(object.document())
                    .forEach(ref -> attach(object.document().header(), ref, new Attached.Good(object)));
        }
    }

    private void attach(Header policy, TargetRef ref, Attached attached) {
        Target target = PolicyChecks.target(policy, ref);
        if (target != null) {
            scope.attachments(policy.key().kind()).attach(target, attached);
        }
    }

    static Mode mode(Document document) {
        Mode mode = switch (document) {
            case Document.SecurityPolicy(var header, var spec) -> spec.mode();
            case Document.BackendTrafficPolicy(var header, var spec) -> spec.mode();
            case Document.ClientTrafficPolicy(var header, var spec) -> spec.mode();
            case Document.OffloadPolicy(var header, var spec) -> spec.mode();
            case Document.BackendTlsPolicy _ -> null;
            case Document.ConnectionRoute _ -> null;
            case Document.Gateway _ -> null;
            case Document.RequestRoute _ -> null;
            case Document.Backend _ -> null;
            case Document.FileSecret _ -> null;
            case Document.Secret _ -> null;
            case Document.ConfigMap _ -> null;
            case Document.Queue _ -> null;
            case Document.Schedule _ -> null;
            case Document.ReferenceGrant _ -> null;
            case Document.HttpRouteFilter _ -> null;
        };
        return mode == null ? Mode.ENFORCE : mode;
    }

    private static List<TargetRef> targetRefs(Document document) {
        return switch (document) {
            case Document.SecurityPolicy(var header, var spec) -> spec.targetRefs();
            case Document.BackendTrafficPolicy(var header, var spec) -> spec.targetRefs();
            case Document.ClientTrafficPolicy(var header, var spec) -> spec.targetRefs();
            case Document.OffloadPolicy(var header, var spec) -> spec.targetRefs();
            case Document.BackendTlsPolicy policy -> policy.targetRefs();
            case Document.ConnectionRoute _ -> List.of();
            case Document.Gateway _ -> List.of();
            case Document.RequestRoute _ -> List.of();
            case Document.Backend _ -> List.of();
            case Document.FileSecret _ -> List.of();
            case Document.Secret _ -> List.of();
            case Document.ConfigMap _ -> List.of();
            case Document.Queue _ -> List.of();
            case Document.Schedule _ -> List.of();
            case Document.ReferenceGrant _ -> List.of();
            case Document.HttpRouteFilter _ -> List.of();
        };
    }
}
