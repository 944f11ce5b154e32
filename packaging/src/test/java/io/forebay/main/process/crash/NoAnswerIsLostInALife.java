package io.forebay.main.process.crash;

import java.util.function.Consumer;

/// Nothing but a crash leaves a request without an answer.
final class NoAnswerIsLostInALife implements Rule {
    @Override
    public void judge(Evidence evidence, Consumer<String> broken) {
        boolean isAlive = true;
        for (Entry entry : evidence.entries()) {
            switch (entry.event()) {
                case Event.Killing _ -> isAlive = false;
                case Event.Ready _ -> isAlive = true;
                case Event.Unanswered _, Event.ReportUnanswered _ -> {
                    if (isAlive) {
                        broken.accept(entry + evidence.told(entry.event().subject()));
                    }
                }
                default -> {
                    // Says nothing about lost answers.
                }
            }
        }
    }
}
