package io.forebay.main.process.crash;

import io.forebay.main.process.JobClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the gateway says of every job when all is over: of those that operators are shown, and of those that clients
/// were promised.
final class FinalAnswers {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private FinalAnswers() {}

    static List<FinalJob> read(Session session, Operator operator) throws IOException, InterruptedException {
        Map<String, FinalJob> jobs = new LinkedHashMap<>();
        for (JobStatus run : operator.finished(CrashPolicy.RUNS_QUEUE)) {
            jobs.put(run.id(), new FinalJob(run, ""));
        }
        Set<String> ids = new LinkedHashSet<>();
        session.accepted().all().forEach(job -> ids.add(job.id()));
        for (Kind kind : Kind.values()) {
            operator.jobs(kind.queue()).forEach(job -> ids.add(job.id()));
        }
        for (String id : ids) {
            HttpResponse<String> status = session.client().get("/_jobs/" + id);
            if (status.statusCode() == OK) {
                jobs.put(
                        id,
                        new FinalJob(JobStatus.of(Json.read(status.body())), Mark.of(result(session.client(), id))));
            } else if (status.statusCode() != NOT_FOUND) {
                throw new AssertionError("the status of " + id + ": " + status.statusCode() + " " + status.body());
            }
        }
        return List.copyOf(jobs.values());
    }

    private static String result(JobClient client, String id) throws IOException, InterruptedException {
        HttpResponse<String> result = client.get("/_jobs/" + id + "/result");
        return result.statusCode() == OK ? result.body() : "";
    }
}
