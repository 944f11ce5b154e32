package io.forebay.offload.machine;

import io.forebay.offload.Answer;
import io.forebay.offload.Content;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.SpoolId;
import java.util.List;
import java.util.stream.Stream;

/// The four parts of a job. As long as they fit, parts live inline, first come first served, 2 KiB in all.
public record Payload(Part requestHead, Part requestBody, Part resultHead, Part resultBody) {
    public static final int INLINE_BYTES_MAX = 2 << 10;

    /// Of a job without a request.
    static final Payload NONE = new Payload(Part.EMPTY, Part.EMPTY, Part.EMPTY, Part.EMPTY);

    public static Payload ofRequest(byte[] head, Content body) {
        Part headPart = Part.of(head, INLINE_BYTES_MAX);
        Part bodyPart = Part.of(body, INLINE_BYTES_MAX - headPart.inlineBytes());
        return new Payload(headPart, bodyPart, Part.EMPTY, Part.EMPTY);
    }

    Payload withResult(Answer answer) {
        int room = INLINE_BYTES_MAX - requestHead.inlineBytes() - requestBody.inlineBytes();
        Part head = Part.of(answer.head(), room);
        Part body = Part.of(answer.body(), room - head.inlineBytes());
        return new Payload(requestHead, requestBody, head, body);
    }

    Payload erased() {
        return new Payload(requestHead.erased(), requestBody.erased(), resultHead.erased(), resultBody.erased());
    }

    Payload withRequestBody(Part body) {
        return new Payload(requestHead, body, resultHead, resultBody);
    }

    /// The same after the job was redriven: a request in the spool has gone to the new job.
    Payload redriven() {
        return new Payload(requestHead, requestBody.moved(), resultHead, resultBody);
    }

    /// The files of the spool that belong to the job.
    public List<SpoolId> files() {
        SpoolId request = requestBody.spooled();
        SpoolId result = resultBody.spooled();
        if (request == null && result == null) {
            return List.of();
        }
        return Stream.of(request, result)
                .filter(file -> file != null && !file.equals(SpoolId.GONE))
                .toList();
    }

    public Part part(PayloadPart part) {
        return switch (part) {
            case REQUEST_HEAD -> requestHead;
            case REQUEST_BODY -> requestBody;
            case RESULT_HEAD -> resultHead;
            case RESULT_BODY -> resultBody;
        };
    }

    long requestBytes() {
        return requestHead.bytes() + requestBody.bytes();
    }
}
