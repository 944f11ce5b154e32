package io.forebay.policy.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.policy.document.Diagnostic;
import io.forebay.policy.schedule.CronExpression;
import io.forebay.policy.schedule.SchedulePolicy;
import io.forebay.policy.schedule.SchedulePolicy.Concurrency;
import io.forebay.policy.schedule.SchedulePolicy.MadeUp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How a Schedule becomes what the gateway submits.
class SchedulePolicyTest {
    private static final String SCHEDULE = """
            apiVersion: forebay.io/v1alpha1
            kind: Schedule
            metadata: {name: nightly}
            spec:
              schedule: "0 3 * * *"
              timeZone: Europe/Berlin
              jitter: 5m
              concurrencyPolicy: Forbid
              missedRuns: {policy: all, within: 48h}
              targetRef: {group: gateway.networking.k8s.io, kind: HTTPRoute, name: shop, sectionName: reports}
              queue: reports
              priority: 2
              request: {path: /reports, hostname: shop.example, headers: [{name: x-day, value: yesterday}], body: all}
            """;

    @TempDir
    Path directory;

    @BeforeEach
    void writeExample() throws Exception {
        ShopFolder.create(directory);
    }

    private PolicyReloader booted(String schedule) throws Exception {
        write(schedule);
        PolicyReloader reloader = new PolicyReloader(
                ReloadSettings.of(directory), PublishGate.OPEN, List.of(), System::currentTimeMillis);
        assertThat(reloader.boot()).isInstanceOf(BootResult.Ready.class);
        return reloader;
    }

    private void write(String schedule) throws IOException {
        Files.writeString(directory.resolve("schedule.yaml"), schedule);
    }

    private static List<SchedulePolicy> schedules(PolicyReloader reloader) {
        return reloader.holder().current().schedules();
    }

    private static List<String> errors(PolicyReloader reloader) {
        return reloader.report().diagnostics().stream()
                .filter(Diagnostic::isError)
                .map(Diagnostic::toString)
                .toList();
    }

    @Test
    void everyFieldCounts() throws Exception {
        assertThat(schedules(booted(SCHEDULE)))
                .containsExactly(new SchedulePolicy(
                        "default/nightly",
                        CronExpression.of("0 3 * * *"),
                        ZoneId.of("Europe/Berlin"),
                        300_000,
                        Concurrency.FORBID,
                        new SchedulePolicy.MissedRuns(MadeUp.ALL, 48 * 3_600_000L),
                        false,
                        "default/shop/reports",
                        "default/reports",
                        "default/nightly",
                        2,
                        new SchedulePolicy.Request(
                                "POST",
                                "/reports",
                                "shop.example",
                                List.of(new SchedulePolicy.Header("x-day", "yesterday")),
                                "all")));
    }

    @Test
    void whatItRefersToMustBeThere() throws Exception {
        assertThat(errors(booted(SCHEDULE.replace("queue: reports", "queue: nowhere"))))
                .singleElement()
                .asString()
                .contains("schedule.yaml:11:", "there is no sound Queue default/nowhere");
        assertThat(errors(booted(SCHEDULE.replace("sectionName: reports", "sectionName: nothing"))))
                .singleElement()
                .asString()
                .contains("schedule.yaml:10:", "no rule named nothing");
    }

    @Test
    void withoutAHostNobodyCanBeCalled() throws Exception {
        assertThat(errors(booted(SCHEDULE.replace(" hostname: shop.example,", ""))))
                .singleElement()
                .asString()
                .contains("nothing says which host the jobs call", "the field hostname");
    }

    @Test
    void aFaultyEditLeavesTheLastGoodOneInForce() throws Exception {
        PolicyReloader reloader = booted(SCHEDULE);
        write(SCHEDULE.replace("0 3 * * *", "0 3 * *"));
        reloader.apply(reloader.directory().read());
        assertThat(errors(reloader)).singleElement().asString().contains("schedule.yaml:5:");
        assertThat(schedules(reloader))
                .extracting(SchedulePolicy::cron)
                .containsExactly(CronExpression.of("0 3 * * *"));
    }
}
