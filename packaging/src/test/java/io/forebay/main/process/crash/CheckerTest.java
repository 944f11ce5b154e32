package io.forebay.main.process.crash;

import static io.forebay.main.process.crash.SoundHistory.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The checker finds nothing where nothing is wrong, and each of its rules finds what it is there for.
class CheckerTest {
    static List<Doctored> doctored() {
        return Doctored.all();
    }

    @Test
    void nothingIsFoundWhereTheContractHolds() {
        assertThat(Checker.judge(new SoundHistory().evidence())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("doctored")
    void whatIsWrongIsFoundByItsRuleWithItsHistory(Doctored doctored) {
        List<String> found = Checker.judge(doctored.evidence());

        assertThat(found)
                .anySatisfy(text -> assertThat(text)
                        .startsWith(doctored.rule().getSimpleName() + ": ")
                        .contains(doctored.named()));
    }

    @Test
    void everyRuleHasADoctoredHistory() {
        assertThat(Checker.RULES)
                .extracting(Object::getClass)
                .containsExactlyInAnyOrderElementsOf(
                        Doctored.all().stream().map(Doctored::rule).distinct().toList());
    }

    @Test
    void ofManyCasesTheFirstAreToldAndTheRestIsCounted() {
        SoundHistory history = new SoundHistory();
        for (int i = 0; i < 5; i++) {
            history.add(new Event.Unanswered(PLAIN));
        }

        assertThat(Checker.judge(history.evidence()))
                .hasSize(4)
                .last()
                .asString()
                .contains("2 more");
    }
}
