package io.forebay.main.process.crash;

import java.util.ArrayList;
import java.util.List;

/// Judges a history by every [Rule].
final class Checker {
    static final List<Rule> RULES = List.of(
            new AcceptedJobsEnd(),
            new EveryEndHasACause(),
            new NoJobComesFromNowhere(),
            new OneRequestIsOneJob(),
            new NoAnswerIsLostInALife(),
            new NoJobHasTwoValidLeases(),
            new LateReportsChangeNothing(),
            new ValidReportsCount(),
            new EpochsGrow(),
            new ArrivalsFollowSubmitOrder(),
            new ResultsAreWhatWasSent(),
            new TerminalStatesNeverChange(),
            new CallsAreMadeOnceAnAttempt(),
            new EachRunIsOneJob());

    private static final int TOLD_MAX = 3;

    private Checker() {}

    /// Asks every rule.
    ///
    /// @return what was broken; of each rule the first cases, and how many there are
    static List<String> judge(Evidence evidence) {
        List<String> all = new ArrayList<>();
        for (Rule rule : RULES) {
            List<String> broken = new ArrayList<>();
            rule.judge(evidence, broken::add);
            String name = rule.getClass().getSimpleName();
            broken.stream().limit(TOLD_MAX).forEach(text -> all.add(name + ": " + text));
            if (broken.size() > TOLD_MAX) {
                all.add(name + ": and " + (broken.size() - TOLD_MAX) + " more");
            }
        }
        return all;
    }
}
