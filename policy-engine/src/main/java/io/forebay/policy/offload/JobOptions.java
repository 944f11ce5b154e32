package io.forebay.policy.offload;

import io.forebay.policy.ByteSpan;
import io.forebay.policy.HeaderName;
import io.forebay.policy.Refusal;
import io.forebay.policy.RequestFacts;
import io.forebay.policy.document.Gep2257;
import io.forebay.policy.offload.OffloadRule.ClientOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/// What a client says about when its job may run, in which order, and who hears of its end.
public sealed interface JobOptions {
    HeaderName PRIORITY = HeaderName.of("forebay-priority");
    HeaderName DELAY = HeaderName.of("forebay-delay");
    HeaderName NOT_BEFORE = HeaderName.of("forebay-not-before");
    HeaderName DEADLINE = HeaderName.of("forebay-deadline");
    HeaderName ORDERING_KEY = HeaderName.of("forebay-ordering-key");
    HeaderName DEDUP_KEY = HeaderName.of("forebay-dedup-key");
    HeaderName CALLBACK = HeaderName.of("forebay-callback");

    /// The longest a job may be put off.
    long DELAY_MS_MAX = Duration.ofDays(366).toMillis();

    /// The longest ordering key in bytes.
    int KEY_BYTES_MAX = 255;

    /// Of a client that says nothing.
    Chosen NONE = new Chosen(JobOptionRules.PRIORITY_DEFAULT, null, 0, 0, null, null);

    /// The options in force.
    ///
    /// @param priority 0 to 9, 9 the most urgent
    /// @param orderingKey jobs of one queue with the same one run one at a time, in order; null for none
    /// @param delayMs how long the job waits at least
    /// @param deadlineMs milliseconds since 1970 after which no attempt begins; 0 for none
    /// @param dedupKey what the job is about, so that of those that wait one is enough; null for nothing
    /// @param callback the URL that hears of the job's end, or null
    record Chosen(
            int priority,
            @Nullable String orderingKey,
            long delayMs,
            long deadlineMs,
            @Nullable String dedupKey,
            @Nullable String callback)
            implements JobOptions {
        /// The same for a call that runs already: it neither waits nor stands in line, and begins no more.
        public Chosen underWay() {
            return new Chosen(priority, null, 0, 0, null, callback);
        }

        /// The same with nobody to tell of the job's end.
        public Chosen withoutCallback() {
            return new Chosen(priority, orderingKey, delayMs, deadlineMs, dedupKey, null);
        }
    }

    /// An option cannot be read.
    record Refused(Refusal refusal) implements JobOptions {}

    /// Reads the options that `rules` accept.
    ///
    /// @param callback how clients may be told of their jobs' ends, or null
    /// @param orderingKeyHeader the queue's own field for the ordering key, which goes before the client's; or null
    static JobOptions of(
            RequestFacts facts,
            JobOptionRules rules,
            @Nullable CallbackRule callback,
            @Nullable HeaderName orderingKeyHeader,
            long nowMs) {
        try {
            return new Chosen(
                    priority(facts, rules),
                    orderingKey(facts, rules, orderingKeyHeader),
                    delayMs(facts, rules, nowMs),
                    deadlineMs(facts, rules),
                    dedupKey(facts, rules),
                    callback(facts, rules, callback));
        } catch (UnreadableOption e) {
            return new Refused(new Refusal.JobOptionInvalid(e.header.text(), e.expected));
        }
    }

    /// How it comes out of the readers below; goes no further.
    final class UnreadableOption extends Exception {
        private static final long serialVersionUID = 1;

        private final transient HeaderName header;
        private final String expected;

        private UnreadableOption(HeaderName header, String expected) {
            super(null, null, false, false);
            this.header = header;
            this.expected = expected;
        }
    }

    private static @Nullable String text(RequestFacts facts, HeaderName header) {
        long span = facts.header(header);
        return ByteSpan.isPresent(span) ? facts.text(span) : null;
    }

    private static @Nullable String text(
            RequestFacts facts, JobOptionRules rules, ClientOption option, HeaderName header) {
        return rules.accept().contains(option) ? text(facts, header) : null;
    }

    private static int priority(RequestFacts facts, JobOptionRules rules) throws UnreadableOption {
        String text = text(facts, rules, ClientOption.PRIORITY, PRIORITY);
        if (text == null) {
            return rules.priorityDefault();
        }
        if (text.length() != 1 || text.charAt(0) < '0' || text.charAt(0) > '9') {
            throw new UnreadableOption(PRIORITY, "a digit, 9 the most urgent");
        }
        return Math.min(rules.priorityMax(), text.charAt(0) - '0');
    }

    /// A queue's own field that is there and empty names no key.
    private static @Nullable String orderingKey(RequestFacts facts, JobOptionRules rules, @Nullable HeaderName ofQueue)
            throws UnreadableOption {
        String queues = ofQueue == null ? null : text(facts, ofQueue);
        if (ofQueue != null && queues != null) {
            return queues.isEmpty() ? null : key(queues, ofQueue);
        }
        String clients = text(facts, rules, ClientOption.ORDERING_KEY, ORDERING_KEY);
        return clients == null ? null : key(clients, ORDERING_KEY);
    }

    private static @Nullable String dedupKey(RequestFacts facts, JobOptionRules rules) throws UnreadableOption {
        String text = text(facts, rules, ClientOption.DEDUP_KEY, DEDUP_KEY);
        return text == null ? null : key(text, DEDUP_KEY);
    }

    private static String key(String text, HeaderName header) throws UnreadableOption {
        boolean isKey = !text.isEmpty()
                && text.length() <= KEY_BYTES_MAX
                && text.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
        if (!isKey) {
            throw new UnreadableOption(header, "1 to " + KEY_BYTES_MAX + " ASCII characters");
        }
        return text;
    }

    private static long delayMs(RequestFacts facts, JobOptionRules rules, long nowMs) throws UnreadableOption {
        String delay = text(facts, rules, ClientOption.DELAY, DELAY);
        String notBefore = text(facts, rules, ClientOption.NOT_BEFORE, NOT_BEFORE);
        long delayMs = delay == null ? 0 : duration(delay);
        long untilMs = notBefore == null ? 0 : Math.max(0, time(notBefore, NOT_BEFORE) - nowMs);
        long longerMs = Math.max(delayMs, untilMs);
        if (longerMs > DELAY_MS_MAX) {
            throw new UnreadableOption(delayMs > untilMs ? DELAY : NOT_BEFORE, "a time within a year");
        }
        return longerMs;
    }

    private static long duration(String text) throws UnreadableOption {
        return Gep2257.parse(text)
                .orElseThrow(() -> new UnreadableOption(DELAY, Gep2257.EXPECTED))
                .toMillis();
    }

    /// One that has passed is read like any other: the request may be a repeat, whose job is there.
    private static long deadlineMs(RequestFacts facts, JobOptionRules rules) throws UnreadableOption {
        String text = text(facts, rules, ClientOption.DEADLINE, DEADLINE);
        return text == null ? 0 : Math.max(1, time(text, DEADLINE));
    }

    private static @Nullable String callback(RequestFacts facts, JobOptionRules rules, @Nullable CallbackRule callback)
            throws UnreadableOption {
        String text = callback == null ? null : text(facts, rules, ClientOption.CALLBACK, CALLBACK);
        if (callback == null || text == null) {
            return null;
        }
        if (callback.accepted(text).isEmpty()) {
            throw new UnreadableOption(CALLBACK, callback.expected());
        }
        return text;
    }

    private static long time(String text, HeaderName header) throws UnreadableOption {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            return Math.max(0, time.toEpochMilli());
        } catch (DateTimeException | ArithmeticException e) {
            throw new UnreadableOption(header, "a time such as 2026-12-01T08:00:00Z (RFC 3339)");
        }
    }
}
