package io.forebay.offload.machine;

import io.forebay.offload.Answer;
import io.forebay.offload.PayloadPart;

/// The four parts of a job. As long as they fit, parts live inline, first come first served, 2 KiB in all.
public record Payload(Part requestHead, Part requestBody, Part resultHead, Part resultBody) {
    public static final int INLINE_BYTES_MAX = 2 << 10;

    /// Of a job without a request.
    static final Payload NONE = new Payload(Part.EMPTY, Part.EMPTY, Part.EMPTY, Part.EMPTY);

    public static Payload ofRequest(byte[] head, byte[] body) {
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

    public Part part(PayloadPart part) {
        return switch (part) {
            case REQUEST_HEAD -> requestHead;
            case REQUEST_BODY -> requestBody;
            case RESULT_HEAD -> resultHead;
            case RESULT_BODY -> resultBody;
        };
    }

    long requestBytes() {
        return (long) requestHead.bytes() + requestBody.bytes();
    }
}
