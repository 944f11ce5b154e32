package io.forebay.mesh.discovery;

import io.forebay.mesh.Backend;
import io.forebay.mesh.BackendSnapshot;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.EndpointName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The names of all backends, and the endpoints that follow from them. Names are as many as the policy has; at most
/// [#ASKED_MAX] are asked for at a time, the others when answers have come. A backend has at most
/// [Backend#ENDPOINTS_MAX] endpoints: addresses beyond are left out, the last first.
///
/// Owned by one thread.
public final class NameTable {
    public static final int ASKED_MAX = 64;

    private BackendSnapshot declared = BackendSnapshot.EMPTY;
    private Map<NameQuery, KnownName> names = Map.of();
    private int asked;

    /// Makes `snapshot` the one whose endpoints are found. What is known of names that stay is kept.
    public void follow(BackendSnapshot snapshot, long nowNs) {
        Map<NameQuery, KnownName> next = new LinkedHashMap<>();
        for (Backend backend : snapshot.backends()) {
            for (EndpointName name : backend.discovery().names()) {
                NameQuery query = NameQuery.of(name, backend.discovery().lookup());
                if (!next.containsKey(query)) {
                    next.put(query, known(query, nowNs));
                }
            }
        }
        names = next;
        declared = snapshot;
    }

    private KnownName known(NameQuery query, long nowNs) {
        KnownName known = names.get(query);
        return known != null ? known : new KnownName(query.lookup(), alike(query), nowNs);
    }

    private @Nullable KnownName alike(NameQuery query) {
        for (Map.Entry<NameQuery, KnownName> earlier : names.entrySet()) {
            if (earlier.getKey().isAbout(query)) {
                return earlier.getValue();
            }
        }
        return null;
    }

    /// The lookups that are to begin now; each is to be [#answered].
    public List<NameQuery> begin(long nowNs) {
        List<NameQuery> begun = new ArrayList<>();
        for (Map.Entry<NameQuery, KnownName> name : names.entrySet()) {
            if (asked == ASKED_MAX) {
                break;
            }
            if (name.getValue().isDue(nowNs)) {
                name.getValue().asked();
                asked++;
                begun.add(name.getKey());
            }
        }
        return begun;
    }

    /// A lookup has ended.
    ///
    /// @return whether the endpoints of some backend may be others now
    public boolean answered(NameQuery query, NameAnswer answer, long nowNs) {
        asked--;
        KnownName known = names.get(query);
        return known != null && known.answered(answer, nowNs);
    }

    /// How long until a lookup is to begin, or [Long#MAX_VALUE] if that is up to answers, or to another policy.
    public long dueInNs(long nowNs) {
        if (asked == ASKED_MAX) {
            return Long.MAX_VALUE;
        }
        return names.values().stream()
                .mapToLong(name -> name.dueInNs(nowNs))
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /// Whether of each name some lookup has ended, well or not.
    public boolean isSettled() {
        return names.values().stream().allMatch(KnownName::isSettled);
    }

    /// The backends with the endpoints that were found.
    public BackendSnapshot found() {
        return BackendSnapshot.of(
                declared.generation(),
                declared.backends().stream().map(this::found).toList());
    }

    private Backend found(Backend backend) {
        if (backend.discovery().names().isEmpty()) {
            return backend;
        }
        List<Endpoint> endpoints = new ArrayList<>(backend.endpoints());
        for (EndpointName name : backend.discovery().names()) {
            KnownName known = names.get(NameQuery.of(name, backend.discovery().lookup()));
            for (FoundAddress address : known == null ? List.<FoundAddress>of() : known.addresses()) {
                add(
                        new Endpoint(
                                address.address(),
                                address.port() == 0 ? name.port() : address.port(),
                                address.weight(),
                                address.priority(),
                                name.isService() ? null : name.hostname(),
                                name.zone()),
                        endpoints);
            }
        }
        return backend.withEndpoints(endpoints);
    }

    private static void add(Endpoint endpoint, List<Endpoint> endpoints) {
        if (endpoints.size() < Backend.ENDPOINTS_MAX && endpoints.stream().noneMatch(endpoint::hasAddressOf)) {
            endpoints.add(endpoint);
        }
    }

    /// What is known of a name, or null if no backend has it.
    public @Nullable NameStatus status(NameQuery query) {
        KnownName known = names.get(query);
        return known == null ? null : known.status(query.hostname());
    }

    /// What is known of all names, in the order of the policy.
    public List<NameStatus> statuses() {
        return names.entrySet().stream()
                .map(name -> name.getValue().status(name.getKey().hostname()))
                .toList();
    }
}
