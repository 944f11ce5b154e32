package io.forebay.offload.codec;

import io.forebay.offload.Callback;
import io.forebay.offload.Caller;
import io.forebay.offload.JobId;
import io.forebay.offload.JobState;
import io.forebay.offload.LeaseKind;
import io.forebay.offload.Notice;
import io.forebay.offload.RouteIdentity;
import io.forebay.offload.SpoolId;
import io.forebay.offload.machine.Alarms;
import io.forebay.offload.machine.Events;
import io.forebay.offload.machine.Hold;
import io.forebay.offload.machine.IdemKey;
import io.forebay.offload.machine.KeyClaim;
import io.forebay.offload.machine.Ordering;
import io.forebay.offload.machine.Origin;
import io.forebay.offload.machine.Part;
import io.forebay.offload.machine.Payload;
import io.forebay.offload.machine.Progress;
import io.forebay.offload.machine.StoredJob;
import io.forebay.offload.storage.Family;
import org.jspecify.annotations.Nullable;

/// A job's value.
public final class JobCodec {
    private static final int VERSION = 7;
    private static final JobState[] STATES = JobState.values();
    private static final LeaseKind[] LEASE_KINDS = LeaseKind.values();

    private JobCodec() {}

    static byte[] encode(ValueWriter out, StoredJob job) {
        out.begin(VERSION);
        origin(out, job.origin());
        progress(out, job.progress());
        Alarms alarms = job.alarms();
        out.number(alarms.delayAtMs()).number(alarms.retryAtMs()).number(alarms.leaseAtMs());
        out.number(alarms.deadlineAtMs()).number(alarms.expiryAtMs());
        part(out, job.payload().requestHead());
        part(out, job.payload().requestBody());
        part(out, job.payload().resultHead());
        part(out, job.payload().resultBody());
        return out.seal();
    }

    public static StoredJob decode(JobId id, byte[] value) {
        ValueReader in = ValueReader.open(Family.JOB, Keys.job(id), value, VERSION);
        Origin origin = origin(in);
        Progress progress = progress(in);
        Alarms alarms = new Alarms(in.number(), in.number(), in.number(), in.number(), in.number());
        return new StoredJob(id, origin, progress, alarms, new Payload(part(in), part(in), part(in), part(in)));
    }

    private static void origin(ValueWriter out, Origin origin) {
        out.number(origin.queueId()).text(origin.queue()).number(origin.tenantId());
        Caller caller = origin.caller();
        out.text(caller.tenant()).text(caller.principal()).text(caller.provider());
        RouteIdentity route = origin.route();
        out.text(route.namespace()).text(route.name()).text(route.rule());
        out.u8(origin.priority());
        Ordering ordering = origin.ordering();
        out.flag(ordering != null);
        if (ordering != null) {
            out.text(ordering.key()).fixed64(ordering.hash()).number(ordering.seq());
        }
        KeyClaim claim = origin.claim();
        out.flag(claim != null);
        if (claim != null) {
            key(out, claim.key());
            out.number(claim.windowEndMs());
        }
        IdemKey dedup = origin.dedup();
        out.flag(dedup != null);
        if (dedup != null) {
            key(out, dedup);
        }
        out.number(origin.createdMs()).number(origin.notBeforeMs()).number(origin.deadlineMs());
        out.text(origin.traceId()).optionalId(origin.redriveOf()).flag(origin.isRepeatable());
        Callback callback = origin.callback();
        out.flag(callback != null);
        if (callback != null) {
            out.text(callback.queue()).text(callback.url());
        }
        Notice notice = origin.notice();
        out.flag(notice != null);
        if (notice != null) {
            notice(out, notice);
        }
        out.flag(origin.isCounted());
        Long limitHash = origin.limitHash();
        out.flag(limitHash != null);
        if (limitHash != null) {
            out.fixed64(limitHash);
        }
    }

    private static Origin origin(ValueReader in) {
        return new Origin(
                in.small(),
                in.text(),
                in.small(),
                new Caller(in.text(), in.text(), in.text()),
                new RouteIdentity(in.text(), in.text(), in.text()),
                in.u8(),
                ordering(in),
                claim(in),
                in.flag() ? key(in) : null,
                in.number(),
                in.number(),
                in.number(),
                in.text(),
                in.optionalId(),
                in.flag(),
                in.flag() ? new Callback(in.text(), in.text()) : null,
                in.flag() ? notice(in) : null,
                in.flag(),
                in.flag() ? (Long) in.fixed64() : null);
    }

    private static void notice(ValueWriter out, Notice notice) {
        out.text(notice.url()).id(notice.job()).text(notice.queue());
        out.u8(Codes.of(notice.state())).text(notice.reason());
        out.number(notice.attempts()).number(notice.answerStatus());
        out.number(notice.createdMs()).number(notice.startedMs());
        out.number(notice.finishedMs()).number(notice.expiresMs());
    }

    private static Notice notice(ValueReader in) {
        return new Notice(
                in.text(),
                in.id(),
                in.text(),
                in.choice(STATES),
                in.text(),
                in.small(),
                in.small(),
                in.number(),
                in.number(),
                in.number(),
                in.number());
    }

    private static @Nullable Ordering ordering(ValueReader in) {
        return in.flag() ? new Ordering(in.text(), in.fixed64(), in.number()) : null;
    }

    private static @Nullable KeyClaim claim(ValueReader in) {
        return in.flag() ? new KeyClaim(key(in), in.number()) : null;
    }

    private static void key(ValueWriter out, IdemKey key) {
        out.fixed64(key.scopeHigh()).fixed64(key.scopeLow());
        out.fixed64(key.keyHigh()).fixed64(key.keyLow());
    }

    private static IdemKey key(ValueReader in) {
        return new IdemKey(in.fixed64(), in.fixed64(), in.fixed64(), in.fixed64());
    }

    private static void progress(ValueWriter out, Progress progress) {
        out.u8(Codes.of(progress.state())).text(progress.reason()).number(progress.version());
        out.number(progress.changedMs()).number(progress.startedMs()).number(progress.finishedMs());
        out.number(progress.attempts()).number(progress.epoch()).number(progress.crashes());
        out.number(progress.readySeq()).number(progress.slot() - Progress.INSIDE);
        Hold hold = progress.hold();
        out.flag(hold != null);
        if (hold != null) {
            out.u8(Codes.of(hold.kind())).fixed64(hold.token()).number(hold.termMs());
        }
        out.number(progress.answerStatus()).number(progress.expiresMs());
        out.flag(progress.payloadGone()).optionalId(progress.redrivenAs());
        Events events = progress.events();
        out.number(events.count()).number(events.erased()).number(events.bytes());
        out.flag(events.progress() != null);
        if (events.progress() != null) {
            EntryCodec.progress(out, events.progress());
        }
    }

    private static Progress progress(ValueReader in) {
        return new Progress(
                in.choice(STATES),
                in.text(),
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.small(),
                in.small(),
                in.small(),
                in.number(),
                in.number() + Progress.INSIDE,
                in.flag() ? new Hold(in.choice(LEASE_KINDS), in.fixed64(), in.number()) : null,
                in.small(),
                in.number(),
                in.flag(),
                in.optionalId(),
                events(in));
    }

    private static Events events(ValueReader in) {
        return new Events(in.small(), in.small(), in.number(), in.flag() ? EntryCodec.progress(in) : null);
    }

    private static void part(ValueWriter out, Part part) {
        out.number(part.bytes()).number(Integer.toUnsignedLong(part.crc())).flag(part.isPaired());
        SpoolId spooled = part.spooled();
        out.flag(spooled != null);
        if (spooled != null) {
            out.number(spooled.run()).number(spooled.number());
        }
    }

    private static Part part(ValueReader in) {
        return new Part(
                in.number(), (int) in.number(), in.flag(), in.flag() ? new SpoolId(in.small(), in.number()) : null);
    }
}
