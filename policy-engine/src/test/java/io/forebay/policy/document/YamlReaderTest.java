package io.forebay.policy.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlReaderTest {

    private static YamlReader.Reading read(String text) {
        return YamlReader.read("p.yaml", text.getBytes(StandardCharsets.UTF_8));
    }

    private static String only(YamlReader.Reading reading) {
        assertThat(reading.diagnostics()).hasSize(1);
        assertThat(reading.isComplete()).isFalse();
        return reading.diagnostics().getFirst().toString();
    }

    @Test
    void aSyntaxErrorCostsOnlyItsOwnDocument() {
        YamlReader.Reading reading = read("a: 1\n---\nb: [1\nc: 2\n---\nd: 3\n");

        assertThat(reading.documents())
                .extracting(tree -> tree.root().at().line())
                .containsExactly(1, 6);
        assertThat(only(reading)).startsWith("p.yaml:4:2: error: not valid YAML: ");
    }

    @Test
    void aScalarOfManyLinesIsNotCutAtDashes() {
        YamlReader.Reading reading = read("a: |\n  -----BEGIN X-----\n  ---\n-----BEGIN: y\n");

        assertThat(reading.diagnostics()).isEmpty();
        assertThat(((Yaml.Mapping) reading.documents().getFirst().root()).text("a"))
                .isEqualTo("-----BEGIN X-----\n---\n");
    }

    @Test
    void aTabAsIndentationIsNamedWhereItStands() {
        assertThat(only(read("a:\n\tb: 1\n")))
                .startsWith("p.yaml:2:1: error: not valid YAML")
                .contains("TAB");
    }

    @Test
    void aLeadingByteOrderMarkIsSkippedAndMovesNoColumn() {
        YamlReader.Reading reading = read("\uFEFFa: 1\n");

        assertThat(reading.diagnostics()).isEmpty();
        assertThat(reading.documents().getFirst().root().at()).isEqualTo(new Position("p.yaml", 1, 1));
    }

    @Test
    void aByteOrderMarkInsideTheTextIsRefused() {
        assertThat(only(read("a: 1\nb: \uFEFF2\n")))
                .isEqualTo("p.yaml:2:4: error: a byte order mark inside the text is not allowed in YAML");
    }

    @Test
    void utf16IsNamed() {
        YamlReader.Reading reading = YamlReader.read("p.yaml", "\uFEFFa: 1".getBytes(StandardCharsets.UTF_16LE));

        assertThat(only(reading)).isEqualTo("p.yaml:1:1: error: the file is encoded in UTF-16; expected UTF-8");
    }

    @Test
    void bytesThatAreNotUtf8AreNamedWhereTheyStand() {
        YamlReader.Reading reading =
                YamlReader.read("p.yaml", "a: 1\nb: \u00E9\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(only(reading)).isEqualTo("p.yaml:2:4: error: the bytes here are not UTF-8; expected UTF-8 text");
    }

    @Test
    void aTruncatedCharacterAtTheEndIsNotUtf8() {
        assertThat(only(YamlReader.read("p.yaml", new byte[] {'a', ':', ' ', (byte) 0xC3})))
                .isEqualTo("p.yaml:1:4: error: the bytes here are not UTF-8; expected UTF-8 text");
    }

    @Test
    void controlCharactersAreRefused() {
        assertThat(only(read("---\na: 1\n---\nb: x\u0000y\n")))
                .isEqualTo("p.yaml:4:5: error: the control character U+0000 is not allowed in YAML");
    }

    @Test
    void theKeyThatStandsTwiceIsADefectOfItsDocument() {
        YamlReader.Reading reading = read("a: 1\nb: 2\na: 3\n");

        assertThat(reading.documents().getFirst().defects())
                .containsExactly(new YamlTree.Defect(
                        new Position("p.yaml", 3, 1),
                        "the key \"a\" stands twice",
                        "one entry; the first is on line 1"));
    }

    @Test
    void aliasesRepeatTheirAnchor() {
        YamlReader.Reading reading = read("a: &x {b: 1}\nc: *x\n");

        Yaml.Mapping root = (Yaml.Mapping) reading.documents().getFirst().root();
        assertThat(root.value("c")).isSameAs(root.value("a"));
    }

    @Test
    void anAliasOfItselfIsRefused() {
        assertThat(only(read("a: &x\n  b: *x\n")))
                .startsWith("p.yaml:2:6: error: the alias *x has no anchor before it");
    }

    @Test
    void aliasesThatExpandBeyondTheBoundAreRefused() {
        StringBuilder text = new StringBuilder("a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n");
        for (int i = 1; i < 9; i++) {
            String item = "*a" + (i - 1);
            text.append("a" + i + ": &a" + i + " [" + String.join(",", Collections.nCopies(10, item)) + "]\n");
        }

        assertThat(only(read(text.toString()))).contains("the document is too large once aliases are expanded");
    }

    @ParameterizedTest
    @CsvSource({"64,true", "65,false", "100000,false"})
    void nestingIsBounded(int depth, boolean isRead) {
        YamlReader.Reading reading = read("[".repeat(depth) + "]".repeat(depth));

        assertThat(reading.isComplete()).isEqualTo(isRead);
        if (!isRead) {
            assertThat(only(reading))
                    .isEqualTo("p.yaml:1:65: error: the value is nested too deep; expected 64 levels at most");
        }
    }

    @Test
    void aFileBeyondTheSizeBoundIsNotParsed() {
        byte[] bytes = new byte[YamlReader.FILE_BYTES_MAX + 1];

        assertThat(only(YamlReader.read("p.yaml", bytes))).startsWith("p.yaml:1:1: error: the file has 4194305 bytes");
    }

    @Test
    void explicitTagsAreRefused() {
        assertThat(only(read("a: !!java/object:x {}\n"))).startsWith("p.yaml:1:4: error: the tag ");
    }

    @Test
    void keysThatAreNoNamesAreRefused() {
        assertThat(only(read("? [1, 2]\n: 3\n")))
                .isEqualTo("p.yaml:1:3: error: the key is a list; expected a plain name as key");
    }

    @Test
    void anEmptyFileAndCommentsHoldNoDocuments() {
        assertThat(read("").documents()).isEmpty();
        assertThat(read("# nothing\n---\n# here\n...\n").documents()).isEmpty();
    }

    @Test
    void columnsCountCodePoints() {
        YamlReader.Reading reading = read("{\"\uD83D\uDE00\": [1\n");

        assertThat(only(reading)).startsWith("p.yaml:2:1: ");
        Yaml.Mapping root = (Yaml.Mapping)
                read("{\"\uD83D\uDE00\": x}").documents().getFirst().root();
        assertThat(root.entries().values())
                .extracting(entry -> entry.value().at().column())
                .containsExactly(7);
    }
}
