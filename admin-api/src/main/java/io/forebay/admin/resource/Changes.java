package io.forebay.admin.resource;

import io.forebay.admin.Reply;
import io.forebay.admin.audit.AuditedChange;
import io.forebay.admin.call.Parameters;
import java.util.UUID;
import java.util.function.Supplier;

/// Makes every change of the resources an audited one. There is one token so far, hence one operator.
final class Changes {
    private static final String OPERATOR = "admin-token";

    private final AuditedChange audited;

    Changes(AuditedChange audited) {
        this.audited = audited;
    }

    <T> Reply<T> make(Parameters parameters, String action, String target, Supplier<Reply<T>> change) {
        AuditedChange.Author author = new AuditedChange.Author(
                UUID.randomUUID().toString(),
                OPERATOR,
                parameters.call().peer(),
                parameters.changeReason(),
                parameters.call().traceId());
        return audited.make(author, action, target, change);
    }
}
