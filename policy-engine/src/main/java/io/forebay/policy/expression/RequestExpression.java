package io.forebay.policy.expression;

import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.forebay.policy.ByteSpan;
import io.forebay.policy.RequestFacts;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A condition on the head of a request, as a CEL expression of type bool. What it may look at is named as other
/// gateways name it: `request.method`, `request.host`, `request.path`, `request.query` (empty for none),
/// `request.size` (the announced length of the body, -1 if only its end will tell) and `request.headers`, a map by
/// lower-case name. Its cost is bounded: it has no macros that loop, and its regular expressions are RE2.
///
/// An evaluation that fails (a header that is not there, a text that is no number) does not match. Two expressions are
/// equal if their texts are. Immutable; any thread.
public final class RequestExpression implements Predicate<RequestFacts> {
    /// No expression is longer, in characters.
    public static final int CHARS_MAX = 4_096;

    private final String text;
    private final CelRuntime.Program program;

    private RequestExpression(String text, CelRuntime.Program program) {
        this.text = text;
        this.program = program;
    }

    /// Built when the first expression is compiled, which takes a second: most policies have none.
    private static final class Language {
        static final CelOptions OPTIONS = CelOptions.current()
                .maxExpressionCodePointSize(CHARS_MAX)
                .maxParseRecursionDepth(32)
                .enableHeterogeneousNumericComparisons(true)
                .build();
        static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(OPTIONS)
                .setStandardMacros(CelStandardMacro.HAS)
                .addVar("request.method", SimpleType.STRING)
                .addVar("request.host", SimpleType.STRING)
                .addVar("request.path", SimpleType.STRING)
                .addVar("request.query", SimpleType.STRING)
                .addVar("request.size", SimpleType.INT)
                .addVar("request.headers", MapType.create(SimpleType.STRING, SimpleType.STRING))
                .setResultType(SimpleType.BOOL)
                .build();
        static final CelRuntime RUNTIME =
                CelRuntimeFactory.legacyCelRuntimeBuilder().setOptions(OPTIONS).build();

        private Language() {}
    }

    /// Compiles an expression that [#problem] finds nothing wrong with.
    ///
    /// @throws IllegalArgumentException it does
    public static RequestExpression of(String text) {
        try {
            CelValidationResult checked = Language.COMPILER.compile(text);
            return new RequestExpression(text, Language.RUNTIME.createProgram(checked.getAst()));
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalArgumentException("not a condition: " + text, e);
        }
    }

    /// What is wrong with an expression, with line and column in it, or `null`.
    public static @Nullable String problem(String text) {
        CelValidationResult checked = Language.COMPILER.compile(text);
        List<CelIssue> issues = checked.getAllIssues();
        if (!checked.hasError() || issues.isEmpty()) {
            return null;
        }
        CelIssue first = issues.getFirst();
        return first.getSourceLocation().getLine() + ":"
                + (first.getSourceLocation().getColumn() + 1) + ": " + first.getMessage();
    }

    @Override
    public boolean test(RequestFacts facts) {
        try {
            return Boolean.TRUE.equals(program.eval(name -> find(facts, name)));
        } catch (CelEvaluationException doesNotApply) {
            return false;
        }
    }

    private static Optional<Object> find(RequestFacts facts, String name) {
        return switch (name) {
            case "request.method" -> Optional.of(text(facts, facts.method()));
            case "request.host" -> Optional.of(text(facts, facts.host()));
            case "request.path" -> Optional.of(text(facts, facts.path()));
            case "request.query" -> Optional.of(text(facts, facts.query()));
            case "request.size" -> Optional.of(facts.contentLength());
            case "request.headers" -> Optional.of(new HeaderValues(facts));
            default -> Optional.empty();
        };
    }

    private static String text(RequestFacts facts, long span) {
        return ByteSpan.isPresent(span) ? facts.text(span) : "";
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RequestExpression expression && expression.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
