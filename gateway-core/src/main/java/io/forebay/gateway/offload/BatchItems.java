package io.forebay.gateway.offload;

import static java.util.Objects.requireNonNull;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.Malformed;
import io.forebay.gateway.http.RequestHead;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.offload.Content;
import io.forebay.offload.Submission;
import io.forebay.policy.ByteSpan;
import io.forebay.policy.offload.IdempotencyKey;
import io.forebay.policy.offload.IdempotencyRule;
import io.forebay.policy.offload.OffloadRule;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes submissions of the lines of one batch. The request of each is the batch's, with the item's body and with the
/// fields that the item has of its own. An idempotency key of the batch stands for the key `key/number` of each of its
/// items, so that a batch can be repeated. Owned by the exchange's loop.
final class BatchItems {
    /// The fields that are about the batch's body.
    private static final Set<String> ABOUT_THE_BATCH = Set.of(
            "content-type",
            "content-length",
            "content-encoding",
            "content-digest",
            "repr-digest",
            "digest",
            "content-md5",
            "signature",
            "signature-input",
            "transfer-encoding",
            "expect",
            "forebay-batch");

    private final Exchange exchange;
    private final OffloadRule rule;
    private final Submissions submissions;
    private final SubmitPlanner planner;
    private final RequestHead head = new RequestHead();
    private final @Nullable String keyHeader;
    private final @Nullable String batchKey;
    private int number;

    /// One item.
    sealed interface Item {}

    /// It can be offered to the store.
    record Ready(Submission submission) implements Item {}

    /// It becomes no job.
    record Refused(Problem problem) implements Item {}

    BatchItems(Exchange exchange, OffloadRule rule, Submissions submissions, SubmitPlanner planner) {
        this.exchange = exchange;
        this.rule = rule;
        this.submissions = submissions;
        this.planner = planner;
        IdempotencyRule idempotency = rule.idempotency();
        this.keyHeader = idempotency == null ? null : idempotency.header().text();
        this.batchKey =
                idempotency != null && idempotency.key(exchange.head()) instanceof IdempotencyKey.Given(String key)
                        ? key
                        : null;
    }

    /// How many there were.
    int count() {
        return number;
    }

    /// The next one, told to `then` at once, or later on the loop if its body takes long to validate. Nothing is to be
    /// asked for meanwhile.
    void next(PendingAnswer batch, byte[] line, Consumer<Item> then) {
        int at = number++;
        BatchItem item;
        try {
            item = BatchItem.read(line);
        } catch (BatchItem.Unreadable e) {
            then.accept(new Refused(
                    Problem.of(ProblemType.BATCH_ITEM_INVALID, "batch-item-invalid", "expected " + e.getMessage())));
            return;
        }
        Problem malformed = write(item, at);
        if (malformed == null && exchange.listener().routes().match(head) != exchange.rule()) {
            malformed = Problem.of(
                    ProblemType.BATCH_ITEM_INVALID,
                    "batch-item-of-another-route",
                    "with its headers this item would not be the batch's route");
        }
        if (malformed != null) {
            then.accept(new Refused(malformed));
            return;
        }
        switch (planner.plan(exchange, head, rule, Content.IN_MEMORY_BYTES_MAX)) {
            case SubmitPlanner.Refused(Problem problem) -> then.accept(new Refused(problem));
            case SubmitPlan plan -> submissions.ofItem(batch, head, plan, item.body(), then);
        }
    }

    private @Nullable Problem write(BatchItem item, int at) {
        RequestHead batch = exchange.head();
        String path = batch.text(batch.path());
        String target = ByteSpan.isPresent(batch.query()) ? path + "?" + batch.text(batch.query()) : path;
        head.begin(batch.text(batch.method()), target, batch.text(batch.authority()));
        FieldLines fields = batch.fields();
        boolean fits = true;
        for (int line = 0; line < fields.count(); line++) {
            String name = fields.nameText(line).toLowerCase(Locale.ROOT);
            if (!ABOUT_THE_BATCH.contains(name) && !item.headers().containsKey(name) && !isBatchKey(name)) {
                fits &= head.add(name, fields.valueText(line));
            }
        }
        if (!item.headers().containsKey("content-type") && !item.contentType().isEmpty()) {
            fits &= head.add("content-type", item.contentType());
        }
        if (batchKey != null && !item.headers().containsKey(requireNonNull(keyHeader))) {
            fits &= head.add(keyHeader, quoted(batchKey + "/" + at));
        }
        for (Map.Entry<String, String> field : item.headers().entrySet()) {
            fits &= head.add(field.getKey(), field.getValue());
        }
        fits &= head.add("content-length", Integer.toString(item.body().length));
        Malformed malformed = fits ? head.complete() : Malformed.HEAD_TOO_LARGE;
        return malformed == null ? null : ProblemCatalog.of(malformed);
    }

    private boolean isBatchKey(String name) {
        return batchKey != null && name.equals(keyHeader);
    }

    /// As a Structured Field string (RFC 9651 section 3.3.3).
    private static String quoted(String key) {
        return '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
