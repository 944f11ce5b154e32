package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.http.StoredLines;
import io.forebay.offload.Completion;
import io.forebay.offload.Job;
import io.forebay.offload.JobReader;
import io.forebay.offload.Outcome;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.StoredPart;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The answer that an upstream gave to a job: status, field lines and body as they came.
///
/// @param lines as [StoredLines] wrote them
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record StoredResult(int status, byte[] lines, StoredPart body) {

    /// Whether there is one that is still kept.
    static boolean isOf(Job job) {
        return job.state().isTerminal() && job.hasResult() && !job.sizes().payloadGone();
    }

    /// Reads the result of a job that has one; completes on a reader's thread.
    static void read(JobReader reader, Job job, Completion<StoredResult> completion) {
        reader.payload(job.id(), PayloadPart.RESULT_HEAD, outcome -> {
            switch (outcome) {
                case Outcome.Done<byte[]>(byte[] lines) ->
                    reader.part(
                            job.id(),
                            PayloadPart.RESULT_BODY,
                            rest -> completion.complete(
                                    switch (rest) {
                                        case Outcome.Done<StoredPart>(StoredPart body) ->
                                            Outcome.done(new StoredResult(job.answerStatus(), lines, body));
                                        case Outcome.Refused<StoredPart>(var refusal) -> Outcome.refused(refusal);
                                    }));
                case Outcome.Refused<byte[]>(var refusal) -> completion.complete(Outcome.refused(refusal));
            }
        });
    }

    /// The first line of a field that the upstream has sent, or `null`.
    @Nullable
    String field(String name) {
        String start = name + ":";
        return new String(lines, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> line.regionMatches(true, 0, start, 0, start.length()))
                .map(line -> line.substring(start.length()).strip())
                .findFirst()
                .orElse(null);
    }

    /// The head of the answer to give, without the length of its body.
    ResponseHead head() {
        return StoredLines.read(lines, status);
    }

    /// The same with another status, and without some fields.
    ResponseHead head(int other, String... dropped) {
        String kept = new String(lines, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> Arrays.stream(dropped)
                        .noneMatch(name -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1)))
                .map(line -> line + "\r\n")
                .collect(Collectors.joining());
        return StoredLines.read(kept.getBytes(StandardCharsets.ISO_8859_1), other);
    }

    /// Answers with a body that is in memory.
    static void answer(Exchange exchange, ResponseHead head, byte[] body) {
        exchange.answerWhole(head.isBodyless() ? head : head.contentLength(body.length), body);
    }
}
