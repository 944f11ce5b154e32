package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.offload.EventPage;
import io.forebay.offload.JobEvent;
import io.forebay.offload.JobId;
import io.forebay.offload.LeaseKey;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Contract 8: events stand in the order in which they were sent under valid leases, once each; one that was
/// acknowledged, or read, stays as it is until its job's bytes go.
final class EventsAreWhatWorkersSent implements Invariant {
    private final Map<JobId, Map<Integer, String>> certain = new HashMap<>();

    /// What a worker sends as the event with this number. It says under which lease.
    static JobEvent event(LeaseKey lease, int number) {
        String text = "epoch " + lease.epoch() + " token " + lease.token() + " number " + number;
        return (lease.token() + number) % 4 == 0
                ? new JobEvent.Progress(number % 101, text)
                : new JobEvent.Partial(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(JobEvent event) {
        return switch (event) {
            case JobEvent.Progress(int percent, String message) -> percent + "% " + message;
            case JobEvent.Partial(byte[] content) -> new String(content, StandardCharsets.UTF_8);
        };
    }

    @Override
    public void emitted(LeaseKey lease, int number) {
        learned(lease.job(), number, text(event(lease, number)));
    }

    @Override
    public void eventsRead(JobId id, List<EventPage.Entry> events) {
        int epoch = 0;
        for (int i = 0; i < events.size(); i++) {
            EventPage.Entry entry = events.get(i);
            assertThat(entry.number()).as("numbers of %s", id).isEqualTo(i);
            assertThat(entry.epoch()).as("epochs of %s", id).isGreaterThanOrEqualTo(epoch);
            epoch = entry.epoch();
            String text = text(entry.event());
            assertThat(text)
                    .as("an event of %s", id)
                    .contains("epoch " + epoch + " ")
                    .endsWith(" number " + i);
            learned(id, i, text);
        }
        assertThat(certain.getOrDefault(id, Map.of()).keySet())
                .as("events of %s that are certain, of %s that are there", id, events.size())
                .allMatch(number -> number < events.size());
    }

    private void learned(JobId id, int number, String text) {
        String before = certain.computeIfAbsent(id, any -> new HashMap<>()).putIfAbsent(number, text);
        if (before != null) {
            assertThat(text).as("event %s of %s", number, id).isEqualTo(before);
        }
    }
}
