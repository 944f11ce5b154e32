package io.forebay.main.process.crash;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// What workers call, with the history of it.
final class LeaseCalls {
    private static final int OK = 200;

    private LeaseCalls() {}

    static List<Lease> take(Session session, int max, int waitSeconds) throws IOException, InterruptedException {
        String path = "/_queues/" + Kind.PULLED.queue() + "/leases?max=" + max + "&wait=" + waitSeconds;
        HttpResponse<String> answer = session.post(path, "");
        if (answer.statusCode() != OK) {
            throw new AssertionError("no leases: " + answer.statusCode() + " " + answer.body());
        }
        List<Lease> leases = new ArrayList<>();
        for (JsonNode document : Json.read(answer.body()).path("leases")) {
            String token = document.path("lease").asString();
            Lease lease = new Lease(
                    Request.nameIn(document.path("request").path("body").asString()),
                    document.path("job").asString(),
                    Lease.epoch(token),
                    document.path("attempt").asInt(),
                    token);
            session.history().add(new Event.Leased(lease, untilMs(document)));
            leases.add(lease);
        }
        return leases;
    }

    static void renew(Session session, Lease lease) throws IOException, InterruptedException {
        HttpResponse<String> answer = session.post("/_leases/" + lease.token() + "/heartbeat", "");
        if (answer.statusCode() == OK) {
            session.history().add(new Event.Renewed(lease, untilMs(Json.read(answer.body()))));
        }
    }

    private static long untilMs(JsonNode document) {
        return Instant.parse(document.path("until").asString()).toEpochMilli();
    }

    /// Ends a lease, if it is one.
    ///
    /// @throws IOException if nobody knows
    static void report(Session session, Lease lease, Verb verb) throws IOException, InterruptedException {
        String body = verb == Verb.COMPLETE ? lease.request() + " is done under epoch " + lease.epoch() : "";
        session.history().add(new Event.Reporting(lease, verb, Mark.of(body)));
        HttpResponse<String> answer;
        try {
            answer = session.post("/_leases/" + lease.token() + "/" + verb.target(), body);
        } catch (IOException e) {
            session.history().add(new Event.ReportUnanswered(lease, verb, Mark.of(body)));
            throw e;
        }
        boolean isTaken = answer.statusCode() == OK;
        session.history()
                .add(
                        isTaken
                                ? new Event.ReportTaken(lease, verb, Mark.of(body))
                                : new Event.ReportRefused(lease, verb, answer.statusCode(), answer.body()));
    }
}
