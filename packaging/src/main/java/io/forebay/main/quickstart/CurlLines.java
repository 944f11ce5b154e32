package io.forebay.main.quickstart;

import io.forebay.main.quickstart.TourTokens.Caller;
import java.nio.file.Path;

/// The `curl` lines to try by hand: each works as it is printed, in any order.
final class CurlLines {
    private final TourFolder folder;
    private final String gateway;
    private final Narrator narrator;

    CurlLines(TourFolder folder, Ports ports, Narrator narrator) {
        this.folder = folder;
        this.gateway = "https://localhost:" + ports.gateway();
        this.narrator = narrator;
    }

    /// @param job a finished job
    /// @param tag its entity tag
    void print(JobView job, String tag) {
        line("200 over HTTP/2", as(Caller.AMINA) + " " + gateway + "/menu");
        line("200 over HTTP/1.1", "--http1.1 " + as(Caller.AMINA) + " " + gateway + "/menu");
        line("no certificate: the handshake is refused", "--cacert " + authority() + " " + gateway + "/menu");
        line("401 without a token", certificate() + " " + gateway + "/menu");
        line("403 with a token that lacks the scope", as(Caller.VISITOR) + " " + gateway + "/menu");
        line(
                "12 calls in a row: the last ones are 429 with RateLimit fields",
                as(Caller.HASTY) + " \"" + gateway + "/menu?[1-12]\"");
        line(
                "a report, waited for: 200 after 2 seconds",
                as(Caller.AMINA) + " -d 'all of May' " + gateway + "/reports");
        line(
                "202 with the Location of a job",
                as(Caller.AMINA) + " -H 'Prefer: respond-async' -d 'all of May' " + gateway + "/reports");
        line(
                "a job's status (this one is finished; put in the Location of yours)",
                as(Caller.AMINA) + " " + gateway + job.location());
        line(
                "its status, answered when it changes",
                as(Caller.AMINA) + " -H 'Prefer: wait=10' " + gateway + job.location());
        line("304", as(Caller.AMINA) + " -H 'If-None-Match: " + tag + "' " + gateway + job.location());
        line("its result", as(Caller.AMINA) + " " + gateway + job.resultPath());
    }

    private void line(String title, String arguments) {
        narrator.verbatim("");
        narrator.verbatim("# " + title);
        narrator.verbatim("curl -i " + arguments);
    }

    private String as(Caller caller) {
        return certificate() + " -H @" + quoted(caller.headerFile(folder));
    }

    private String certificate() {
        return "--cacert " + authority() + " --cert " + quoted(TourPki.certificateFile(folder)) + " --key "
                + quoted(TourPki.keyFile(folder));
    }

    private String authority() {
        return quoted(TourPki.authorityFile(folder));
    }

    /// As a shell takes it.
    private String quoted(Path path) {
        String text = folder.shown(path);
        return text.matches("[A-Za-z0-9_./-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
