package io.forebay.gateway.offload;

import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.http.StoredLines;
import io.forebay.offload.Completion;
import io.forebay.offload.Job;
import io.forebay.offload.JobReader;
import io.forebay.offload.Outcome;
import io.forebay.offload.PayloadPart;
import java.nio.charset.StandardCharsets;

/// The answer that an upstream gave to a job: status, field lines and body as they came.
///
/// @param lines as [StoredLines] wrote them
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record StoredResult(int status, byte[] lines, byte[] body) {

    /// Whether there is one that is still kept.
    static boolean isOf(Job job) {
        return job.state().isTerminal() && job.hasResult() && !job.sizes().payloadGone();
    }

    /// Reads the result of a job that has one; completes on a reader's thread.
    static void read(JobReader reader, Job job, Completion<StoredResult> completion) {
        reader.payload(job.id(), PayloadPart.RESULT_HEAD, outcome -> {
            switch (outcome) {
                case Outcome.Done<byte[]>(byte[] lines) ->
                    reader.payload(
                            job.id(),
                            PayloadPart.RESULT_BODY,
                            rest -> completion.complete(
                                    switch (rest) {
                                        case Outcome.Done<byte[]>(byte[] body) ->
                                            Outcome.done(new StoredResult(job.answerStatus(), lines, body));
                                        case Outcome.Refused<byte[]>(var refusal) -> Outcome.refused(refusal);
                                    }));
                case Outcome.Refused<byte[]>(var refusal) -> completion.complete(Outcome.refused(refusal));
            }
        });
    }

    /// Whether the upstream has sent a field.
    boolean has(String field) {
        String start = field + ":";
        return new String(lines, StandardCharsets.ISO_8859_1)
                .lines()
                .anyMatch(line -> line.regionMatches(true, 0, start, 0, start.length()));
    }

    /// The head of the answer to give, with the length of its body.
    ResponseHead head() {
        ResponseHead head = StoredLines.read(lines, status);
        return head.isBodyless() ? head : head.contentLength(body.length);
    }
}
