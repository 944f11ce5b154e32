package io.forebay.main.process.crash;

import io.forebay.main.process.JobClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;

/// One life of the gateway, as its clients speak with it: what they say and hear is in the history. Any thread.
final class Session implements AutoCloseable {
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int NOT_FOUND = 404;

    private final JobClient client;
    private final History history;
    private final AcceptedJobs accepted;

    Session(JobClient client, History history, AcceptedJobs accepted) {
        this.client = client;
        this.history = history;
        this.accepted = accepted;
    }

    JobClient client() {
        return client;
    }

    History history() {
        return history;
    }

    AcceptedJobs accepted() {
        return accepted;
    }

    /// Sends a request, for the first time or again.
    ///
    /// @throws IOException if nobody knows what became of it
    void send(Request request) throws IOException, InterruptedException {
        history.add(new Event.Invoked(request));
        HttpResponse<String> answer;
        try {
            answer = client.post(request.kind().path(), request.fields(), request.body());
        } catch (IOException e) {
            history.add(new Event.Unanswered(request));
            throw e;
        }
        switch (answer.statusCode()) {
            case OK -> history.add(new Event.Answered(request, OK));
            case ACCEPTED -> {
                String location = answer.headers().firstValue("location").orElse("");
                String job = location.substring(location.lastIndexOf('/') + 1);
                history.add(new Event.Accepted(request, job));
                accepted.add(request, job);
            }
            default -> history.add(new Event.Refused(request, answer.statusCode(), answer.body()));
        }
    }

    /// Asks for the status of a job that was accepted.
    void look(AcceptedJobs.Job job) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.get("/_jobs/" + job.id());
        if (answer.statusCode() == NOT_FOUND) {
            history.add(new Event.Missing(job.request(), job.id()));
        } else if (answer.statusCode() == OK) {
            history.add(new Event.Seen(job.request(), JobStatus.of(Json.read(answer.body()))));
        } else {
            throw new AssertionError("the status of " + job + " is answered " + answer.statusCode() + answer.body());
        }
    }

    /// A call of a worker.
    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return client.post(path, Map.of(), body);
    }

    @Override
    public void close() {
        client.close();
    }
}
