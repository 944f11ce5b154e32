package io.forebay.admin.call;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// One thing an operator can ask for: where it is found, what it takes, and what answers it.
///
/// @param template a path; a segment in braces stands for any one segment and names it
/// @param query the parameters it knows; any other is refused
/// @param takesBody whether a JSON body may come with it; otherwise a body is refused
public record Operation(
        Verb verb, String template, Access access, Set<String> query, boolean takesBody, Handler handler) {
    public Operation {
        query = Set.copyOf(query);
    }

    /// Answers one call. Runs on a virtual thread and may block.
    @FunctionalInterface
    public interface Handler {
        /// The answer.
        ///
        /// @throws CallRefused if a parameter or the body is not as it must be
        Answer answer(Parameters parameters);
    }

    /// A reading operation for operators.
    public static Operation get(String template, Set<String> query, Handler handler) {
        return new Operation(Verb.GET, template, Access.OPERATOR, query, false, handler);
    }

    /// A changing operation for operators.
    public static Operation post(String template, Set<String> query, Handler handler) {
        return new Operation(Verb.POST, template, Access.OPERATOR, query, true, handler);
    }

    /// A reading operation for anyone.
    public static Operation open(String template, Handler handler) {
        return new Operation(Verb.GET, template, Access.OPEN, Set.of(), false, handler);
    }

    List<String> segments() {
        return Arrays.asList(template.substring(1).split("/", -1));
    }

    static boolean isName(String segment) {
        return segment.startsWith("{");
    }
}
