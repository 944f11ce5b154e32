package io.forebay.admin.call;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Finds the operation of a call. The list is short, so it is searched from the top; the first template that fits wins.
public final class OperationTable {
    private final List<Operation> operations;

    public OperationTable(List<Operation> operations) {
        this.operations = List.copyOf(operations);
    }

    public List<Operation> operations() {
        return operations;
    }

    /// What the table says of a call.
    public sealed interface Found {
        /// The operation to run.
        ///
        /// @param names the path's named segments, decoded
        record Match(Operation operation, Map<String, String> names) implements Found {}

        /// The path is known, the method is not.
        ///
        /// @param allowed the value of an Allow field
        record OtherMethods(String allowed) implements Found {}

        /// No template fits.
        record Nothing() implements Found {}
    }

    /// The operation, or why there is none.
    public Found find(Call call) {
        List<String> path = Arrays.asList(call.rawPath().substring(1).split("/", -1));
        List<Operation> fitting = new ArrayList<>();
        for (Operation operation : operations) {
            if (fits(operation.segments(), path)) {
                if (call.isFor(operation.verb())) {
                    return new Found.Match(operation, names(operation.segments(), path));
                }
                fitting.add(operation);
            }
        }
        return fitting.isEmpty() ? new Found.Nothing() : new Found.OtherMethods(allowed(fitting));
    }

    private static boolean fits(List<String> template, List<String> path) {
        if (template.size() != path.size()) {
            return false;
        }
        for (int i = 0; i < path.size(); i++) {
            boolean isFitting = Operation.isName(template.get(i))
                    ? !path.get(i).isEmpty()
                    : template.get(i).equals(path.get(i));
            if (!isFitting) {
                return false;
            }
        }
        return true;
    }

    private static Map<String, String> names(List<String> template, List<String> path) {
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < path.size(); i++) {
            String segment = template.get(i);
            if (Operation.isName(segment)) {
                names.put(segment.substring(1, segment.length() - 1), decoded(path.get(i)));
            }
        }
        return names;
    }

    private static String decoded(String segment) {
        try {
            // A plus stands for itself in a path (RFC 3986); only forms read it as a space.
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new CallRefused(
                    new Problem(ProblemKind.BAD_PATH, "bad-percent-encoding", "the path is not percent-encoded UTF-8"));
        }
    }

    private static String allowed(List<Operation> fitting) {
        return fitting.stream()
                .map(operation -> operation.verb() == Verb.GET
                        ? "GET, HEAD"
                        : operation.verb().name())
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
