package io.forebay.main.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.http.ResponseFlag;
import io.forebay.gateway.problem.ProblemType;
import io.forebay.main.process.Checkout;
import io.forebay.offload.JobState;
import io.forebay.policy.document.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DocumentsTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)(#[^)]*)?\\)");
    private static final Pattern STAGE = Pattern.compile("(?m)^\\d+\\. `(\\w+)`:");
    private static final Pattern SECTION = Pattern.compile("(?m)^## ([a-z0-9-]+)$");
    private static final Pattern PROBLEM_STATUS = Pattern.compile("(?m)^## ([a-z0-9-]+)\n\n(\\d{3}): ");

    @TempDir
    private Path folder;

    static List<Path> documents() throws IOException {
        Path root = Checkout.root();
        try (Stream<Path> docs = Files.walk(root.resolve("docs"));
                Stream<Path> examples = Files.walk(root.resolve("examples"));
                Stream<Path> top = Files.list(root)) {
            return Stream.of(docs, examples, top)
                    .flatMap(files -> files)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkedFileExists(Path document) throws IOException {
        List<String> links = LINK.matcher(Files.readString(document))
                .results()
                .map(match -> match.group(1))
                .filter(link -> !link.startsWith("http"))
                .toList();

        assertThat(links)
                .allSatisfy(link -> assertThat(document.resolveSibling(link)).exists());
    }

    @Test
    void requestPathNamesAtLeastTenFilesAndTheStagesOfThePipeline() throws IOException {
        String text = text("request-path.md");
        String stages = text.substring(text.indexOf("## Stages"), text.indexOf("## When the answer comes later"));

        assertThat(LINK.matcher(text.substring(0, text.indexOf("## Stages"))).results())
                .hasSizeGreaterThan(10);
        assertThat(found(STAGE, stages)).isEqualTo(PipelineNames.read(folder));
    }

    @Test
    void everyProblemHasASectionWithItsStatusInTheOrderOfTheCatalogue() throws IOException {
        String text = text("problems/README.md");

        assertThat(found(SECTION, text))
                .containsExactlyElementsOf(Arrays.stream(ProblemType.values())
                        .map(ProblemType::code)
                        .toList());
        assertThat(PROBLEM_STATUS.matcher(text).results().map(match -> match.group(1) + " " + match.group(2)))
                .containsExactlyElementsOf(Arrays.stream(ProblemType.values())
                        .map(type -> type.code() + " " + type.status())
                        .toList());
    }

    @Test
    void everyResponseFlagIsExplainedInTheOrderOfTheCode() throws IOException {
        assertThat(found(Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\|"), text("response-flags.md")))
                .containsExactlyElementsOf(Arrays.stream(ResponseFlag.values())
                        .map(ResponseFlag::code)
                        .toList());
    }

    @Test
    void everyJobStateIsExplained() throws IOException {
        List<String> states = Arrays.stream(JobState.values())
                .map(state -> state.name().toLowerCase(Locale.ROOT))
                .toList();

        assertThat(found(Pattern.compile("(?m)^\\| `(\\w+)` \\|"), text("job-states.md")))
                .isEqualTo(states);
    }

    @Test
    void everyKindHasASection() throws IOException {
        String sections = String.join(", ", found(Pattern.compile("(?m)^## (.+)$"), text("policy.md")));

        assertThat(Kind.values()).allSatisfy(kind -> assertThat(sections).contains(kind.kindName()));
    }

    @Test
    void bootKeysAreThoseOfTheCode() throws IOException {
        String source =
                Files.readString(Checkout.root().resolve("packaging/src/main/java/io/forebay/main/BootFile.java"));
        List<String> rows = found(Pattern.compile("(?m)^/// (\\| `.*)$"), source);

        assertThat(rows).isNotEmpty();
        assertThat(found(Pattern.compile("(?m)^(\\| `.*)$"), text("configuration.md")))
                .isEqualTo(rows);
    }

    @Test
    void everyDecisionIsListed() throws IOException {
        String list = text("decisions/README.md");
        try (Stream<Path> files = Files.list(Checkout.root().resolve("docs/decisions"))) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.equals("README.md")))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(list).contains("(" + name + ")"));
        }
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(match -> match.group(1)).toList();
    }

    private static String text(String name) throws IOException {
        return Files.readString(Checkout.root().resolve("docs").resolve(name));
    }
}
