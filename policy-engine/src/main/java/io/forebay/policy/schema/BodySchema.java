package io.forebay.policy.schema;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.AnnotationKeyword;
import com.networknt.schema.path.PathType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// One schema, ready to judge values. Any thread.
///
/// Every keyword that is applied to a value is a step, and the steps of one judgement are bounded: a schema whose
/// alternatives refer back to it could otherwise cost twice as much with each level of a body.
public final class BodySchema {
    /// Most violations that are told of one value.
    static final int VIOLATIONS_MAX = 20;

    /// Schemas within schemas that are applied at a time; more could be too much for a thread's stack.
    private static final int DEPTH_MAX = 500;

    private static final int POINTER_CHARS_MAX = 256;
    private static final int DETAIL_CHARS_MAX = 200;

    private static final SchemaRegistryConfig CONFIG = SchemaRegistryConfig.builder()
            .locale(Locale.ROOT)
            .pathType(PathType.JSON_POINTER)
            .formatAssertionsEnabled(false)
            .regularExpressionFactory(LinearPattern::of)
            .build();
    private static final Dialect DIALECT = Dialect.builder(Dialects.getDraft202012())
            .keyword(new DistinctItems())
            .keyword(new AnnotationKeyword("contentEncoding"))
            .keyword(new AnnotationKeyword("contentMediaType"))
            .build();

    private final Schema schema;

    private BodySchema(Schema schema) {
        this.schema = schema;
    }

    /// Compiles a schema that [SchemaRules] has nothing against. What it refers to is in it; a registry of its own
    /// keeps it apart from all others.
    static BodySchema of(JsonNode root) {
        SchemaRegistry registry = SchemaRegistry.withDialect(
                DIALECT, builder -> builder.schemaRegistryConfig(CONFIG).schemaCacheEnabled(false));
        Schema schema = registry.getSchema(SchemaLocation.of("urn:forebay:schema"), root);
        schema.initializeValidators();
        return new BodySchema(schema);
    }

    /// The schema of schemas.
    static BodySchema ofSchemas() {
        SchemaRegistry registry =
                SchemaRegistry.withDialect(Dialects.getDraft202012(), builder -> builder.schemaRegistryConfig(CONFIG));
        return new BodySchema(registry.getSchema(SchemaLocation.of(SchemaRules.DIALECT)));
    }

    /// The steps that a judgement may take are spent, or it goes too deep.
    static final class TooManyStepsException extends Exception {
        private static final long serialVersionUID = 1;

        TooManyStepsException() {
            super("the steps are spent", null, false, false);
        }
    }

    /// What is wrong with a value: nothing, or the first of it.
    List<Violation> violations(JsonNode value, long stepsMax) throws TooManyStepsException {
        ExecutionContext context = new FirstErrors(stepsMax);
        try {
            schema.validate(context, value);
        } catch (EnoughException enough) {
            return violations(context);
        } catch (ValidationLimitExceededException spent) {
            throw new TooManyStepsException();
        }
        return violations(context);
    }

    private static List<Violation> violations(ExecutionContext context) {
        List<Violation> violations = new ArrayList<>();
        for (Error error : context.getErrors().stream().limit(VIOLATIONS_MAX).toList()) {
            violations.add(new Violation(
                    shortened(Pointer.fragment(String.valueOf(error.getInstanceLocation())), POINTER_CHARS_MAX),
                    shortened(
                            Pointer.fragment(
                                    String.valueOf(error.getSchemaLocation().getFragment())),
                            POINTER_CHARS_MAX),
                    shortened(String.valueOf(error.getMessage()), DETAIL_CHARS_MAX)));
        }
        return violations;
    }

    private static String shortened(String text, int charsMax) {
        return text.length() <= charsMax ? text : text.substring(0, charsMax - 1) + "…";
    }

    private static final class EnoughException extends RuntimeException {
        private static final long serialVersionUID = 1;

        EnoughException() {
            super("enough errors", null, false, false);
        }
    }

    /// Ends the validation once so many errors are found that no more are told. Those of alternatives do not count: one
    /// of them may still fit.
    private static final class FirstErrors extends ExecutionContext {
        private final List<Error> found = getErrors();

        FirstErrors(long stepsMax) {
            super(ExecutionConfig.builder()
                    .locale(Locale.ROOT)
                    .maxEvaluationSteps(stepsMax)
                    .maxEvaluationDepth(DEPTH_MAX)
                    .build());
        }

        @Override
        public void addError(Error error) {
            super.addError(error);
            if (found.size() >= VIOLATIONS_MAX) {
                throw new EnoughException();
            }
        }
    }
}
