package io.forebay.admin.call;

import static java.util.Objects.requireNonNull;

import io.forebay.admin.operator.AdminToken;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Takes every call: finds its operation, asks for the token, checks what may come along, has it answered, and turns
/// whatever goes wrong into a problem. Without the right token nothing is told of which paths exist; where no operation
/// needs one, none is asked for. Any thread.
public final class Reception {
    private static final System.Logger LOG = System.getLogger(Reception.class.getName());
    private static final String REALM = "Bearer realm=\"forebay-admin\"";

    private final OperationTable table;
    private final @Nullable AdminToken token;

    public Reception(List<Operation> operations, AdminToken token) {
        this(new OperationTable(operations), requireNonNull(token, "token"));
    }

    private Reception(OperationTable table, @Nullable AdminToken token) {
        this.table = table;
        this.token = token;
    }

    /// One for operations that are anybody's.
    ///
    /// @throws IllegalArgumentException an operation is for operators
    public static Reception ofOpen(List<Operation> operations) {
        for (Operation operation : operations) {
            if (operation.access() != Access.OPEN) {
                throw new IllegalArgumentException(operation.template() + " needs a token");
            }
        }
        return new Reception(new OperationTable(operations), null);
    }

    /// The answer to a call; never throws.
    public Answer answer(Call call) {
        try {
            return admitted(call);
        } catch (CallRefused e) {
            return e.problem().answer(call.traceId());
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "admin call failed, trace " + call.traceId(), e);
            return new Problem(ProblemKind.INTERNAL, "internal", "the cause is in the log under this instance")
                    .answer(call.traceId());
        }
    }

    private Answer admitted(Call call) {
        return switch (table.find(call)) {
            case OperationTable.Found.Match(Operation operation, Map<String, String> names) -> {
                if (operation.access() == Access.OPERATOR) {
                    requireToken(call);
                }
                requireKnown(operation, call);
                yield operation.handler().answer(new Parameters(call, names));
            }
            case OperationTable.Found.OtherMethods(String allowed) -> {
                requireToken(call);
                throw new CallRefused(new Problem(
                        ProblemKind.METHOD_NOT_ALLOWED,
                        "method-not-allowed",
                        "this path answers " + allowed,
                        Map.of("Allow", allowed)));
            }
            case OperationTable.Found.Nothing _ -> {
                requireToken(call);
                throw new CallRefused(new Problem(ProblemKind.NOT_FOUND, "unknown-path", "there is no such path"));
            }
        };
    }

    private void requireToken(Call call) {
        if (token == null) {
            return;
        }
        switch (token.judge(call.authorization())) {
            case RIGHT -> {}
            case NOTHING ->
                throw unauthorized("token-missing", "send Authorization: Bearer and the admin token", REALM);
            case WRONG ->
                throw unauthorized("token-wrong", "this is not the admin token", REALM + ", error=\"invalid_token\"");
        }
    }

    private static CallRefused unauthorized(String reason, String detail, String challenge) {
        return new CallRefused(
                new Problem(ProblemKind.UNAUTHORIZED, reason, detail, Map.of("WWW-Authenticate", challenge)));
    }

    private static void requireKnown(Operation operation, Call call) {
        Set<String> unknown = new TreeSet<>(call.query().keySet());
        unknown.removeAll(operation.query());
        if (!unknown.isEmpty()) {
            throw Parameters.refused(
                    "unknown-parameter",
                    operation.query().isEmpty()
                            ? "this path takes no parameters"
                            : "known parameters are " + String.join(", ", new TreeSet<>(operation.query())));
        }
        if (!operation.takesBody() && !call.body().isEmpty()) {
            // It is not read, so nothing can follow it.
            throw new CallRefused(new Problem(
                    ProblemKind.BAD_BODY, "unexpected-body", "this call takes no body", Map.of("Connection", "close")));
        }
    }
}
