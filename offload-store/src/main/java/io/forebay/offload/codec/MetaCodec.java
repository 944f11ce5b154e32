package io.forebay.offload.codec;

import io.forebay.offload.JobFilter;
import io.forebay.offload.Pause;
import io.forebay.offload.QueueOperation;
import io.forebay.offload.QueueSettings;
import io.forebay.offload.RouteIdentity;
import io.forebay.offload.machine.QueueCounters;
import io.forebay.offload.machine.QueueEntry;
import io.forebay.offload.machine.Sweep;
import io.forebay.offload.machine.TenantUsage;
import io.forebay.offload.machine.TopicHead;
import io.forebay.offload.storage.Family;
import io.forebay.offload.timer.TimerKey;
import io.forebay.offload.timer.TimerKind;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The values of the `meta` family.
final class MetaCodec {
    /// The layout this code writes; another one is refused at open.
    static final int FORMAT = 8;

    private static final int VERSION = 1;
    private static final TimerKind[] KINDS = TimerKind.values();
    private static final QueueOperation.Action[] ACTIONS = QueueOperation.Action.values();

    private MetaCodec() {}

    static byte[] format(ValueWriter out) {
        return out.begin(VERSION).number(FORMAT).seal();
    }

    static int format(byte[] key, byte[] value) {
        return open(key, value).small();
    }

    static byte[] stamp(ValueWriter out, Stamp stamp) {
        TimerKey cursor = stamp.timerCursor();
        out.begin(VERSION).number(stamp.nowMs());
        out.number(cursor.fireAtMs()).u8(Codes.of(cursor.kind())).id(cursor.job());
        return out.number(stamp.nextTenantId()).seal();
    }

    static Stamp stamp(byte[] key, byte[] value) {
        ValueReader in = open(key, value);
        long nowMs = in.number();
        TimerKey cursor = new TimerKey(in.number(), in.choice(KINDS), in.id());
        return new Stamp(nowMs, cursor, in.small());
    }

    static byte[] queue(ValueWriter out, QueueEntry queue) {
        QueueSettings settings = queue.settings();
        out.begin(VERSION).text(queue.name()).flag(queue.orphaned());
        pause(out, queue.dispatchPause());
        pause(out, queue.intakePause());
        out.number(settings.concurrency()).number(settings.attemptTimeoutMs());
        out.number(settings.retry().attempts())
                .number(settings.retry().baseMs())
                .number(settings.retry().maxMs());
        out.number(settings.limits().depthMax()).number(settings.limits().bytesMax());
        out.number(settings.limits().bodyBytesMax()).number(settings.limits().resultBytesMax());
        out.number(settings.retention().resultMs()).number(settings.retention().deadLetterMs());
        tenants(out, settings.tenants());
        rate(out, settings.dispatchRate());
        QueueSettings.PerKey perKey = settings.perKey();
        out.flag(perKey != null);
        if (perKey != null) {
            out.number(perKey.concurrency());
            rate(out, perKey.rate());
        }
        return out.seal();
    }

    static QueueEntry queue(byte[] key, byte[] value) {
        ValueReader in = open(key, value);
        String name = in.text();
        boolean orphaned = in.flag();
        Pause dispatchPause = pause(in);
        Pause intakePause = pause(in);
        int concurrency = in.small();
        long attemptTimeoutMs = in.number();
        QueueSettings.Retry retry = new QueueSettings.Retry(in.small(), in.number(), in.number());
        QueueSettings.Limits limits = new QueueSettings.Limits(in.number(), in.number(), in.number(), in.number());
        QueueSettings.Retention retention = new QueueSettings.Retention(in.number(), in.number());
        QueueSettings.Tenants tenants = new QueueSettings.Tenants(weights(in), in.number(), in.number());
        QueueSettings settings = new QueueSettings(
                concurrency, rate(in), attemptTimeoutMs, retry, tenants, limits, retention, perKey(in));
        return new QueueEntry(Keys.metaId(key), name, settings, dispatchPause, intakePause, orphaned);
    }

    private static void pause(ValueWriter out, @Nullable Pause pause) {
        out.flag(pause != null);
        if (pause != null) {
            out.text(pause.reason()).number(pause.sinceMs()).number(pause.untilMs());
        }
    }

    private static @Nullable Pause pause(ValueReader in) {
        return in.flag() ? new Pause(in.text(), in.number(), in.number()) : null;
    }

    private static void tenants(ValueWriter out, QueueSettings.Tenants tenants) {
        out.number(tenants.weights().size());
        new TreeMap<>(tenants.weights())
                .forEach((tenant, weight) -> out.text(tenant).number(weight));
        out.number(tenants.depthMax()).number(tenants.bytesMax());
    }

    private static QueueSettings.@Nullable PerKey perKey(ValueReader in) {
        return in.flag() ? new QueueSettings.PerKey(in.small(), rate(in)) : null;
    }

    private static void rate(ValueWriter out, QueueSettings.@Nullable DispatchRate rate) {
        out.flag(rate != null);
        if (rate != null) {
            out.number(rate.jobs()).number(rate.periodMs()).number(rate.burst());
        }
    }

    private static QueueSettings.@Nullable DispatchRate rate(ValueReader in) {
        return in.flag() ? new QueueSettings.DispatchRate(in.small(), in.number(), in.small()) : null;
    }

    static byte[] usage(ValueWriter out, TenantUsage usage) {
        return out.begin(VERSION).number(usage.jobs()).number(usage.bytes()).seal();
    }

    static TenantUsage usage(byte[] key, byte[] value) {
        ValueReader in = open(key, value);
        return new TenantUsage(in.number(), in.number());
    }

    private static Map<String, Integer> weights(ValueReader in) {
        Map<String, Integer> weights = new HashMap<>();
        int count = in.small();
        for (int i = 0; i < count; i++) {
            weights.put(in.text(), in.small());
        }
        return weights;
    }

    static byte[] counters(ValueWriter out, QueueCounters counters) {
        out.begin(VERSION);
        for (long value : counters.toArray()) {
            out.number(value);
        }
        return out.seal();
    }

    static QueueCounters counters(byte[] key, byte[] value) {
        ValueReader in = open(key, value);
        long[] values = new long[QueueCounters.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.number();
        }
        return QueueCounters.of(values);
    }

    static byte[] number(ValueWriter out, long number) {
        return out.begin(VERSION).number(number).seal();
    }

    static long number(byte[] key, byte[] value) {
        return open(key, value).number();
    }

    static byte[] topic(ValueWriter out, TopicHead head) {
        return out.begin(VERSION)
                .number(head.topicId())
                .number(head.nextOffset())
                .string(head.lastHash())
                .seal();
    }

    static TopicHead topic(byte[] key, byte[] value) {
        ValueReader in = open(key, value);
        return new TopicHead(in.small(), in.number(), in.string());
    }

    static byte[] sweep(ValueWriter out, Sweep sweep) {
        QueueOperation operation = sweep.operation();
        out.begin(VERSION).u8(Codes.of(operation.action())).number(operation.perSecond());
        optionalText(out, operation.to());
        filter(out, operation.filter());
        out.number(sweep.list()).number(sweep.changedMs()).id(sweep.job());
        out.number(sweep.untilMs()).flag(sweep.again());
        out.number(sweep.startedMs()).number(sweep.nextAtMs());
        return out.number(sweep.looked()).number(sweep.done()).seal();
    }

    static Sweep sweep(byte[] key, byte[] value) {
        ValueReader in = open(key, value);
        QueueOperation.Action action = in.choice(ACTIONS);
        int perSecond = in.small();
        String to = optionalText(in);
        QueueOperation operation = new QueueOperation(action, filter(in), perSecond, to);
        return new Sweep(
                Keys.metaId(key),
                operation,
                in.small(),
                in.number(),
                in.id(),
                in.number(),
                in.flag(),
                in.number(),
                in.number(),
                in.number(),
                in.number());
    }

    private static void filter(ValueWriter out, JobFilter filter) {
        optionalText(out, filter.reason());
        optionalText(out, filter.tenant());
        RouteIdentity route = filter.route();
        out.flag(route != null);
        if (route != null) {
            out.text(route.namespace()).text(route.name()).text(route.rule());
        }
        out.number(filter.changedFromMs()).number(filter.changedToMs());
    }

    private static JobFilter filter(ValueReader in) {
        return new JobFilter(
                optionalText(in),
                optionalText(in),
                in.flag() ? new RouteIdentity(in.text(), in.text(), in.text()) : null,
                in.number(),
                in.number());
    }

    private static void optionalText(ValueWriter out, @Nullable String text) {
        out.flag(text != null);
        if (text != null) {
            out.text(text);
        }
    }

    private static @Nullable String optionalText(ValueReader in) {
        return in.flag() ? in.text() : null;
    }

    private static ValueReader open(byte[] key, byte[] value) {
        return ValueReader.open(Family.META, key, value, VERSION);
    }
}
