package io.forebay.main.process.crash;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Contract 4: how a job ended is the same whenever somebody asks.
final class TerminalStatesNeverChange implements Rule {
    @Override
    public void judge(Evidence evidence, Consumer<String> broken) {
        Map<String, JobStatus> ended = new HashMap<>();
        evidence.all(Event.Seen.class).forEach(seen -> {
            JobStatus before = ended.get(seen.status().id());
            if (before == null && seen.status().isTerminal()) {
                ended.put(seen.status().id(), seen.status());
            } else if (before != null && !before.end().equals(seen.status().end())) {
                broken.accept(before + " becomes " + seen.status() + evidence.told(seen.subject()));
            }
        });
        for (FinalJob job : evidence.jobs()) {
            JobStatus before = ended.get(job.id());
            if (before != null && !before.end().equals(job.status().end())) {
                broken.accept(before + " ends as " + job);
            }
        }
    }
}
