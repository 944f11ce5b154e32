package io.forebay.gateway.problem;

import io.forebay.gateway.http.ResponseFlag;
import io.forebay.policy.schema.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One problem as it is told to a caller. It holds nothing that a caller must not read.
///
/// @param reason machine-readable, stable, finer than the type: also in the access log and in metrics
/// @param flag what the call is marked with
/// @param detail what happened this time, or null
/// @param headers fields that belong to the answer
/// @param extension a member of its own (RFC 9457 section 3.2), or null
public record Problem(
        ProblemType type,
        String reason,
        ResponseFlag flag,
        @Nullable String detail,
        List<Header> headers,
        @Nullable Extension extension) {
    public Problem {
        headers = List.copyOf(headers);
    }

    /// A field of the answer; the name in lower case.
    public record Header(String name, String value) {}

    /// What some kinds of problem say beside what all do.
    public sealed interface Extension {
        /// The member `errors`, as RFC 9457's own example has it.
        record Errors(List<Violation> violations) implements Extension {}

        /// The member `accepted`.
        record Accepted(List<String> names) implements Extension {}

        /// No member: the status that a policy has asked for instead of the type's, and that of gRPC, or 0 for what
        /// fits.
        record Injected(int status, int grpcStatus) implements Extension {}
    }

    public static Problem of(ProblemType type, String reason) {
        return new Problem(type, reason, type.flag(), null, List.of(), null);
    }

    public static Problem of(ProblemType type, String reason, String detail) {
        return new Problem(type, reason, type.flag(), detail, List.of(), null);
    }

    /// The same problem with a finer flag than its type's.
    Problem marked(ResponseFlag finer) {
        return new Problem(type, reason, finer, detail, headers, extension);
    }

    /// A fault that a policy makes on purpose.
    ///
    /// @param status what it is answered with, or 0 for a call of gRPC whose status alone is given
    /// @param grpcStatus the same for a call of gRPC, or 0 for what fits `status`
    public static Problem injected(int status, int grpcStatus) {
        return of(ProblemType.FAULT_INJECTED, "fault-injected").with(new Extension.Injected(status, grpcStatus));
    }

    /// The status that it is answered with.
    public int status() {
        return extension instanceof Extension.Injected(int asked, int _) && asked > 0 ? asked : type.status();
    }

    /// The same problem with one more field.
    public Problem with(String name, String value) {
        List<Header> more = new java.util.ArrayList<>(headers);
        more.add(new Header(name, value));
        return new Problem(type, reason, flag, detail, more, extension);
    }

    /// The same problem with a member of its own.
    Problem with(Extension member) {
        return new Problem(type, reason, flag, detail, headers, member);
    }

    /// The same problem of one item of a batch, from 0; for the whole batch was refused for it.
    public Problem ofItem(int item) {
        String where = "item " + item;
        return new Problem(type, reason, flag, detail == null ? where : where + ": " + detail, headers, extension)
                .with("forebay-batch-item", Integer.toString(item));
    }
}
