package io.forebay.gateway.discovery;

import io.forebay.gateway.discovery.RecordAnswer.NoAnswer;
import io.forebay.gateway.discovery.RecordAnswer.NoRecords;
import io.forebay.gateway.discovery.RecordAnswer.Records;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.AddressedEnvelope;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.DnsServerAddressStream;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/// One question about one name: the name servers are asked one after the other until one knows, and aliases (CNAME) are
/// followed. An answer that does not fit a datagram is had by TCP. Owned by its loop; told exactly once.
final class RecordQuestion {
    private static final int TRIES_MIN = 2;
    private static final int TRIES_MAX = 4;
    private static final int ALIASES_MAX = 8;
    /// For negative answers that bring no time of their own.
    private static final long NEGATIVE_SECONDS = 5;

    private static final int MINIMUM_BYTES = 4;

    private final DnsNameResolver messages;
    private final DnsServerAddressStream servers;
    private final DnsRecordType type;
    private final Consumer<RecordAnswer> told;
    private final int triesMax;
    private String name;
    private int tries;
    private int aliases;
    private long ttlSeconds = Long.MAX_VALUE;

    RecordQuestion(
            DnsNameResolver messages,
            DnsServerAddressStream servers,
            String name,
            DnsRecordType type,
            Consumer<RecordAnswer> told) {
        this.messages = messages;
        this.servers = servers;
        this.name = name;
        this.type = type;
        this.told = told;
        this.triesMax = Math.clamp(servers.size(), TRIES_MIN, TRIES_MAX);
    }

    void ask() {
        DnsQuestion question;
        try {
            question = new DefaultDnsQuestion(name, type);
        } catch (IllegalArgumentException e) {
            told.accept(new NoAnswer("not a name: " + name));
            return;
        }
        messages.query(servers.next(), question).addListener(this::answered);
    }

    private void answered(Future<? super AddressedEnvelope<DnsResponse, InetSocketAddress>> done) {
        if (!done.isSuccess()) {
            askAnother(
                    done.cause() instanceof DnsNameResolverTimeoutException
                            ? "no answer in time"
                            : String.valueOf(done.cause().getMessage()));
            return;
        }
        AddressedEnvelope<?, ?> envelope = (AddressedEnvelope<?, ?>) done.getNow();
        try {
            read((DnsResponse) envelope.content());
        } finally {
            envelope.release();
        }
    }

    private void askAnother(String reason) {
        if (++tries < triesMax) {
            ask();
        } else {
            told.accept(new NoAnswer(reason));
        }
    }

    private void read(DnsResponse response) {
        boolean isMissing = DnsResponseCode.NXDOMAIN.equals(response.code());
        if (response.isTruncated()) {
            askAnother("the answer is cut off");
        } else if (!isMissing && !DnsResponseCode.NOERROR.equals(response.code())) {
            askAnother(codeName(response.code()));
        } else {
            readAnswers(response, isMissing);
        }
    }

    private static String codeName(DnsResponseCode code) {
        String text = code.toString();
        int number = text.indexOf('(');
        return number < 0 ? text : text.substring(0, number);
    }

    /// Servers that resolve for others follow aliases themselves, and say so in the same answer.
    private void readAnswers(DnsResponse response, boolean isMissing) {
        Map<String, DnsRawRecord> aliasOf = new HashMap<>();
        Map<String, List<DnsRawRecord>> recordsOf = new HashMap<>();
        for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
            DnsRecord record = response.recordAt(DnsSection.ANSWER, i);
            if (record instanceof DnsRawRecord raw) {
                if (type.equals(raw.type())) {
                    recordsOf
                            .computeIfAbsent(key(raw.name()), _ -> new ArrayList<>())
                            .add(raw);
                } else if (DnsRecordType.CNAME.equals(raw.type())) {
                    aliasOf.put(key(raw.name()), raw);
                }
            }
        }
        String asked = key(name);
        String end = follow(asked, aliasOf);
        List<DnsRawRecord> records = recordsOf.get(end);
        if (aliases > ALIASES_MAX) {
            told.accept(new NoAnswer("too many aliases"));
        } else if (records != null) {
            told.accept(new Records(contents(records), ttlSeconds));
        } else if (isMissing || end.equals(asked)) {
            told.accept(new NoRecords(isMissing, Math.min(ttlSeconds, negativeSeconds(response))));
        } else {
            name = end;
            ask();
        }
    }

    private String follow(String begin, Map<String, DnsRawRecord> aliasOf) {
        String end = begin;
        DnsRawRecord alias = aliasOf.get(end);
        while (alias != null && aliases <= ALIASES_MAX) {
            aliases++;
            ttlSeconds = Math.min(ttlSeconds, alias.timeToLive());
            end = key(DefaultDnsRecordDecoder.decodeName(alias.content().duplicate()));
            alias = aliasOf.get(end);
        }
        return end;
    }

    private List<byte[]> contents(List<DnsRawRecord> records) {
        List<byte[]> contents = new ArrayList<>();
        for (DnsRawRecord record : records) {
            ttlSeconds = Math.min(ttlSeconds, record.timeToLive());
            contents.add(ByteBufUtil.getBytes(record.content()));
        }
        return contents;
    }

    /// The lesser of how long the zone's SOA record lives and what it says of negative answers.
    private static long negativeSeconds(DnsResponse response) {
        for (int i = 0; i < response.count(DnsSection.AUTHORITY); i++) {
            if (response.recordAt(DnsSection.AUTHORITY, i) instanceof DnsRawRecord record
                    && DnsRecordType.SOA.equals(record.type())) {
                ByteBuf content = record.content();
                if (content.readableBytes() > MINIMUM_BYTES) {
                    long minimum = content.getUnsignedInt(content.writerIndex() - MINIMUM_BYTES);
                    return Math.min(record.timeToLive(), minimum);
                }
            }
        }
        return NEGATIVE_SECONDS;
    }

    private static String key(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower : lower + ".";
    }
}
