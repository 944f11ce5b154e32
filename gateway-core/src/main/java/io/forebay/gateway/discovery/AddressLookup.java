package io.forebay.gateway.discovery;

import io.forebay.gateway.discovery.RecordAnswer.NoAnswer;
import io.forebay.gateway.discovery.RecordAnswer.NoRecords;
import io.forebay.gateway.discovery.RecordAnswer.Records;
import io.forebay.mesh.NameLookup.Family;
import io.forebay.mesh.discovery.FoundAddress;
import io.forebay.mesh.discovery.NameAnswer;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The addresses of one name, of the families that are wanted, in the domains where it may be. Owned by its loop; told
/// exactly once.
final class AddressLookup {
    private final NameResolver resolver;
    private final List<DnsRecordType> types;
    private final boolean isOneEnough;
    private final List<String> candidates;
    private final Consumer<NameAnswer> told;
    private final List<FoundAddress> found = new ArrayList<>();
    private int candidate;
    private long ttlSeconds = Long.MAX_VALUE;
    private long negativeSeconds = Long.MAX_VALUE;
    private boolean isNameMissing;
    private @Nullable String failure;

    AddressLookup(NameResolver resolver, List<String> candidates, Family family, Consumer<NameAnswer> told) {
        this.resolver = resolver;
        this.candidates = candidates;
        this.types = types(family);
        this.isOneEnough = family == Family.IPV4_PREFERRED || family == Family.IPV6_PREFERRED;
        this.told = told;
    }

    private static List<DnsRecordType> types(Family family) {
        return switch (family) {
            case IPV4 -> List.of(DnsRecordType.A);
            case IPV6 -> List.of(DnsRecordType.AAAA);
            case IPV4_PREFERRED, IPV4_AND_IPV6 -> List.of(DnsRecordType.A, DnsRecordType.AAAA);
            case IPV6_PREFERRED -> List.of(DnsRecordType.AAAA, DnsRecordType.A);
        };
    }

    void begin() {
        ask(0);
    }

    private void ask(int type) {
        isNameMissing = false;
        resolver.ask(candidates.get(candidate), types.get(type), answer -> answered(type, answer));
    }

    private void answered(int type, RecordAnswer answer) {
        switch (answer) {
            case Records(var contents, var ttl) -> take(contents, ttl);
            case NoRecords(var isMissing, var ttl) -> {
                isNameMissing = isMissing;
                negativeSeconds = Math.min(negativeSeconds, ttl);
            }
            case NoAnswer(var reason) -> failure = reason;
        }
        boolean isEnough = isNameMissing || (isOneEnough && !found.isEmpty());
        if (type + 1 < types.size() && !isEnough) {
            ask(type + 1);
        } else {
            conclude();
        }
    }

    private void take(List<byte[]> contents, long ttl) {
        ttlSeconds = Math.min(ttlSeconds, ttl);
        for (byte[] address : contents) {
            if (address.length == 4 || address.length == 16) {
                found.add(FoundAddress.of(NetUtil.bytesToIpAddress(address)));
            } else {
                failure = "an address of " + address.length + " bytes";
            }
        }
    }

    private void conclude() {
        if (!found.isEmpty()) {
            told.accept(new NameAnswer.Found(found, TimeUnit.SECONDS.toNanos(ttlSeconds), failure == null));
        } else if (failure != null) {
            told.accept(new NameAnswer.Failed(failure));
        } else if (++candidate < candidates.size()) {
            ask(0);
        } else {
            told.accept(new NameAnswer.Absent(
                    isNameMissing ? "the name does not exist" : "the name has no such address",
                    TimeUnit.SECONDS.toNanos(negativeSeconds)));
        }
    }
}
