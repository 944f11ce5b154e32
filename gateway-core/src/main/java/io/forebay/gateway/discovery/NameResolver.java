package io.forebay.gateway.discovery;

import io.forebay.gateway.http.LoopContext;
import io.forebay.mesh.NameLookup.Family;
import io.forebay.mesh.discovery.FoundAddress;
import io.forebay.mesh.discovery.NameAnswer;
import io.forebay.mesh.discovery.NameQuery;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.DefaultHostsFileEntriesResolver;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Looks names up: in the system's file of hosts, then at the name servers. Each question has a socket of its own, and
/// so a port that nobody guesses (RFC 5452). Owned by its loop but for [#resolve] and [#close].
final class NameResolver implements AutoCloseable {
    static final int ANSWER_MS = 2_000;

    private final LoopContext loop;
    private final DnsNameResolver messages;
    private final DnsServerAddressStreamProvider servers;
    private final SearchList search;
    private final DefaultHostsFileEntriesResolver hosts = new DefaultHostsFileEntriesResolver();

    /// @param sockets a builder for the loop that knows how sockets are made
    NameResolver(LoopContext loop, DnsNameResolverBuilder sockets, DnsSettings settings, SearchList search) {
        this.loop = loop;
        this.search = search;
        this.servers = settings.provider();
        this.messages = sockets.queryTimeoutMillis(ANSWER_MS)
                .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
                .nameServerProvider(servers)
                .build();
    }

    /// Looks a name up. Any thread.
    ///
    /// @param told once, on the loop
    void resolve(NameQuery query, Consumer<NameAnswer> told) {
        loop.eventLoop().execute(() -> {
            if (query.isService()) {
                new ServiceLookup(this, query.hostname(), query.lookup().family(), told).begin();
            } else {
                addresses(query.hostname(), query.lookup().family(), told);
            }
        });
    }

    void addresses(String hostname, Family family, Consumer<NameAnswer> told) {
        List<FoundAddress> known = ofHosts(hostname, family);
        if (known.isEmpty()) {
            new AddressLookup(this, search.candidates(hostname), family, told).begin();
        } else {
            told.accept(new NameAnswer.Found(known, NameAnswer.UNTIL_REFRESH, true));
        }
    }

    private List<FoundAddress> ofHosts(String hostname, Family family) {
        ResolvedAddressTypes types = switch (family) {
            case IPV4 -> ResolvedAddressTypes.IPV4_ONLY;
            case IPV6 -> ResolvedAddressTypes.IPV6_ONLY;
            case IPV4_PREFERRED, IPV4_AND_IPV6 -> ResolvedAddressTypes.IPV4_PREFERRED;
            case IPV6_PREFERRED -> ResolvedAddressTypes.IPV6_PREFERRED;
        };
        @Nullable List<InetAddress> entries = hosts.addresses(hostname, types);
        if (entries == null || entries.isEmpty()) {
            return List.of();
        }
        boolean isAny = family == Family.IPV4_AND_IPV6;
        int bytes = entries.getFirst().getAddress().length;
        return entries.stream()
                .filter(entry -> isAny || entry.getAddress().length == bytes)
                .map(entry -> FoundAddress.of(NetUtil.toAddressString(entry)))
                .toList();
    }

    void ask(String name, DnsRecordType type, Consumer<RecordAnswer> told) {
        new RecordQuestion(messages, servers.nameServerAddressStream(name), name, type, told).ask();
    }

    @Override
    public void close() {
        messages.close();
    }
}
