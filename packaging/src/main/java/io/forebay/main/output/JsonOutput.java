package io.forebay.main.output;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.PrintWriter;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Writes the document that `--json` asks for: members in the order of the record, absent values left out. The names of
/// the record's components are what docs/cli.md promises.
public final class JsonOutput {
    private JsonOutput() {}

    /// Prints `document`, indented, and flushes.
    public static void print(PrintWriter out, Object document) {
        out.println(text(document));
        out.flush();
    }

    static String text(Object document) {
        return Holder.WRITER.writeValueAsString(document);
    }

    /// Made at the first use: commands that print text do not load it.
    private static final class Holder {
        private static final JsonMapper WRITER = JsonMapper.builder()
                .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build();
    }
}
