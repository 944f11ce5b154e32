package io.forebay.gateway.discovery;

import io.forebay.gateway.discovery.RecordAnswer.NoAnswer;
import io.forebay.gateway.discovery.RecordAnswer.NoRecords;
import io.forebay.gateway.discovery.RecordAnswer.Records;
import io.forebay.mesh.NameLookup.Family;
import io.forebay.mesh.discovery.FoundAddress;
import io.forebay.mesh.discovery.NameAnswer;
import io.netty.handler.codec.dns.DnsRecordType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The servers of one service: its SRV records (RFC 2782), then the addresses of each target. Owned by its loop; told
/// exactly once.
final class ServiceLookup {
    static final int TARGETS_MAX = 64;

    private final NameResolver resolver;
    private final String service;
    private final Family family;
    private final Consumer<NameAnswer> told;
    private final ArrayDeque<ServiceRecord> targets = new ArrayDeque<>();
    private final List<FoundAddress> found = new ArrayList<>();
    private long ttlNs = Long.MAX_VALUE;
    private @Nullable String failure;

    ServiceLookup(NameResolver resolver, String service, Family family, Consumer<NameAnswer> told) {
        this.resolver = resolver;
        this.service = service;
        this.family = family;
        this.told = told;
    }

    void begin() {
        resolver.ask(service, DnsRecordType.SRV, this::answered);
    }

    private void answered(RecordAnswer answer) {
        switch (answer) {
            case Records(var contents, var ttl) -> take(contents, ttl);
            case NoRecords(var isMissing, var ttl) ->
                told.accept(new NameAnswer.Absent(
                        isMissing ? "the name does not exist" : "the name has no SRV record",
                        TimeUnit.SECONDS.toNanos(ttl)));
            case NoAnswer(var reason) -> told.accept(new NameAnswer.Failed(reason));
        }
    }

    private void take(List<byte[]> contents, long ttl) {
        ttlNs = TimeUnit.SECONDS.toNanos(ttl);
        for (byte[] content : contents) {
            ServiceRecord target = ServiceRecord.read(content);
            if (target == null) {
                failure = "an SRV record that is none";
            } else if (target.isOffered() && targets.size() < TARGETS_MAX) {
                targets.add(target);
            }
        }
        next();
    }

    private void next() {
        ServiceRecord target = targets.pollFirst();
        if (target == null) {
            conclude();
        } else {
            resolver.addresses(target.host(), family, answer -> add(target, answer));
        }
    }

    private void add(ServiceRecord target, NameAnswer answer) {
        switch (answer) {
            case NameAnswer.Found(var addresses, var addressesTtlNs, var isWhole) -> {
                addresses.forEach(address -> found.add(new FoundAddress(
                        address.address(), target.port(), Math.max(1, target.weight()), target.priority())));
                ttlNs = Math.min(ttlNs, addressesTtlNs);
                failure = isWhole ? failure : "addresses of " + target.host() + " could not be had";
            }
            case NameAnswer.Absent absent -> ttlNs = Math.min(ttlNs, absent.ttlNs());
            case NameAnswer.Failed(var reason) -> failure = target.host() + ": " + reason;
        }
        next();
    }

    private void conclude() {
        if (!found.isEmpty()) {
            told.accept(new NameAnswer.Found(found, ttlNs, failure == null));
        } else if (failure != null) {
            told.accept(new NameAnswer.Failed(failure));
        } else {
            told.accept(new NameAnswer.Absent("nobody offers the service", ttlNs));
        }
    }
}
