package io.forebay.main.process.crash;

import io.forebay.main.process.JobClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// An operator, who sees everybody's jobs and the schedules.
final class Operator implements AutoCloseable {
    private static final List<String> UNFINISHED = List.of("scheduled", "queued", "running");
    private static final List<String> FINISHED = List.of("succeeded", "failed", "canceled", "expired");
    private static final int OK = 200;
    private static final int PAGE = 500;

    private final JobClient client;

    Operator(int port, Path data) throws IOException {
        client = new JobClient(
                port, Files.readString(data.resolve("admin.token")).strip());
    }

    private JsonNode ask(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.get(path);
        if (answer.statusCode() != OK) {
            throw new AssertionError(path + " is answered " + answer.statusCode() + " " + answer.body());
        }
        return Json.read(answer.body());
    }

    /// How many jobs of a queue are not over, of one page a state.
    int unfinished(String queue) throws IOException, InterruptedException {
        int unfinished = 0;
        for (String state : UNFINISHED) {
            unfinished += page(queue, state, "").path("jobs").size();
        }
        return unfinished;
    }

    /// The jobs of a queue that are over.
    List<JobStatus> finished(String queue) throws IOException, InterruptedException {
        return jobs(queue, FINISHED);
    }

    /// All jobs of a queue.
    List<JobStatus> jobs(String queue) throws IOException, InterruptedException {
        List<JobStatus> all = new ArrayList<>(jobs(queue, UNFINISHED));
        all.addAll(jobs(queue, FINISHED));
        return all;
    }

    private List<JobStatus> jobs(String queue, List<String> states) throws IOException, InterruptedException {
        List<JobStatus> all = new ArrayList<>();
        for (String state : states) {
            String after = "";
            do {
                JsonNode page = page(queue, state, after);
                page.path("jobs").forEach(job -> all.add(JobStatus.of(job)));
                after = page.path("next").asString("");
            } while (!after.isEmpty());
        }
        return all;
    }

    private JsonNode page(String queue, String state, String after) throws IOException, InterruptedException {
        String path = "/api/v1/jobs?queue=" + queue + "&state=" + state + "&limit=" + PAGE;
        return ask(after.isEmpty() ? path : path + "&after=" + after);
    }

    /// The schedules in force whose due runs are all jobs.
    List<Event.InForce> schedules() throws IOException, InterruptedException {
        List<Event.InForce> inForce = new ArrayList<>();
        for (JsonNode schedule : ask("/api/v1/schedules").path("schedules")) {
            String next = schedule.path("nextRun").asString("");
            if (!next.isEmpty() && schedule.path("waiting").asInt(-1) == 0) {
                inForce.add(new Event.InForce(schedule.path("name").asString(""), Instant.parse(next)));
            }
        }
        return inForce;
    }

    @Override
    public void close() {
        client.close();
    }
}
