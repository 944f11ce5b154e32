package io.forebay.gateway.schedule;

import io.forebay.policy.schedule.SchedulePolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Since when each schedule has had the times it has: what happened before a schedule was there, or while it was
/// suspended, was not missed. Kept in the internal topic `schedules`, one entry for each change of a schedule's times
/// and one for its end. Owned by `job-scheduler`.
///
/// An entry is text: `<milliseconds> TAB <namespace/name> TAB <zone> TAB <cron>`; the last two are
/// empty of a schedule that is gone or suspended.
final class ScheduleBook {
    static final String TOPIC = "schedules";

    private static final String NO_TIMES = "\t";

    private final Map<String, Line> lines = new HashMap<>();

    private record Line(long sinceMs, String times) {}

    /// Takes in an entry that is on disk.
    void read(byte[] entry) {
        String[] fields = new String(entry, StandardCharsets.UTF_8).split("\t", 3);
        if (fields[2].equals(NO_TIMES)) {
            lines.remove(fields[1]);
        } else {
            lines.put(fields[1], new Line(Long.parseLong(fields[0]), fields[2]));
        }
    }

    private static String times(SchedulePolicy schedule) {
        return schedule.isSuspended() ? NO_TIMES : schedule.zone().getId() + "\t" + schedule.cron();
    }

    /// Since when the schedule has had these times, or null if that is not on record.
    @Nullable
    Long sinceMs(SchedulePolicy schedule) {
        Line line = lines.get(schedule.id());
        return line != null && line.times().equals(times(schedule)) ? line.sinceMs() : null;
    }

    /// What has to be put on record so that these, and no others, are the schedules since `nowMs`.
    List<byte[]> changes(List<SchedulePolicy> schedules, long nowMs) {
        List<byte[]> changes = new ArrayList<>();
        Set<String> there = new HashSet<>();
        for (SchedulePolicy schedule : schedules) {
            there.add(schedule.id());
            boolean isOnRecord = schedule.isSuspended() ? !lines.containsKey(schedule.id()) : sinceMs(schedule) != null;
            if (!isOnRecord) {
                changes.add(entry(nowMs, schedule.id(), times(schedule)));
            }
        }
        lines.keySet().stream()
                .filter(id -> !there.contains(id))
                .forEach(id -> changes.add(entry(nowMs, id, NO_TIMES)));
        return changes;
    }

    private static byte[] entry(long nowMs, String schedule, String times) {
        return (nowMs + "\t" + schedule + "\t" + times).getBytes(StandardCharsets.UTF_8);
    }
}
