package io.forebay.main.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NarratorTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Narrator narrator = new Narrator(new PrintStream(printed, true, StandardCharsets.UTF_8));

    @Test
    void tokensAreNotPrintedWhole() {
        narrator.request("GET", "/menu", Map.of("Authorization", "Bearer aaaaaaaaaaa.bbbbbbbbbbb.ccccccccccc"), "");

        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("> GET /menu", "Authorization: Bearer aaaaaaaaaaa...")
                .doesNotContain("bbb", "ccc");
    }

    @Test
    void chaptersAreNumbered() {
        narrator.chapter("First");
        narrator.chapter("Second");

        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("1. First", "2. Second");
    }

    @Test
    void jsonMembersStandOnLinesOfTheirOwn() {
        assertThat(Narrator.memberPerLine("{\"a\":1,\"b\":\"x,y\",\"c\":[1,2],\"d\":{\"e\":\"\\\"\",\"f\":3}}"))
                .isEqualTo("""
                        {"a":1,
                         "b":"x,y",
                         "c":[1,2],
                         "d":{"e":"\\"","f":3}}""");
    }
}
