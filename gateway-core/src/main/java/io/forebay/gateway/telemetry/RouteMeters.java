package io.forebay.gateway.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// The meter `forebay.requests`: finished exchanges by route, the rule's namespace/name/rule, and class of status.
/// `none` is what no rule matched, `other` the routes without a place ([SeriesTable]). A route that leaves the policy
/// takes its series along.
final class RouteMeters {
    static final String NO_ROUTE = "none";
    private static final String[] STATUS_CLASSES = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
    /// Series that one name takes.
    static final int SERIES = STATUS_CLASSES.length;

    private final MeterRegistry registry;
    private final SeriesTable routes;
    private final Predicate<String> isRoute;
    private final Map<String, List<Meter>> bound = new HashMap<>();

    /// @param isRoute whether the policy in force has such a rule
    RouteMeters(MeterRegistry registry, SeriesTable routes, Predicate<String> isRoute) {
        this.registry = registry;
        this.routes = routes;
        this.isRoute = isRoute;
    }

    /// The table that these meters show.
    ///
    /// @param namesMax with `none`, without `other`
    static SeriesTable table(int loops, int namesMax) {
        SeriesTable table = new SeriesTable(loops, SERIES, namesMax);
        table.of(NO_ROUTE);
        return table;
    }

    /// Which count an answer's status belongs to, 0 where there was no answer.
    static int countOf(int status) {
        return Math.min(SERIES - 1, status / 100);
    }

    /// Follows the policy and the traffic. Called by one thread at a time.
    void refresh() {
        routes.retain(name -> name.equals(NO_ROUTE) || isRoute.test(name));
        Set<String> names = new HashSet<>(routes.names());
        if (hasOther()) {
            names.add(SeriesTable.OTHER);
        }
        bound.entrySet().removeIf(entry -> {
            boolean isGone = !names.contains(entry.getKey());
            if (isGone) {
                entry.getValue().forEach(registry::remove);
            }
            return isGone;
        });
        names.forEach(name -> bound.computeIfAbsent(name, this::bind));
    }

    private boolean hasOther() {
        for (int count = 0; count < SERIES; count++) {
            if (routes.sum(SeriesTable.OTHER, count) > 0) {
                return true;
            }
        }
        return false;
    }

    private List<Meter> bind(String name) {
        List<Meter> meters = new ArrayList<>(SERIES);
        for (int i = 0; i < SERIES; i++) {
            int count = i;
            meters.add(FunctionCounter.builder("forebay.requests", routes, table -> table.sum(name, count))
                    .tags("route", name, "status", STATUS_CLASSES[count])
                    .description("Requests that have ended, by rule and class of status (none: no answer)")
                    .register(registry));
        }
        return meters;
    }
}
