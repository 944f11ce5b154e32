package io.forebay.offload.machine;

import io.forebay.offload.Answer;
import io.forebay.offload.Content;
import io.forebay.offload.PayloadPart;
import io.forebay.offload.SpoolId;
import java.util.List;
import java.util.stream.Stream;

/// The four parts of a job. A head and its body that have 2 KiB or less between them are kept as a pair, in one value.
public record Payload(Part requestHead, Part requestBody, Part resultHead, Part resultBody) {
    public static final int PAIR_BYTES_MAX = 2 << 10;

    /// Of a job without a request.
    static final Payload NONE = new Payload(Part.EMPTY, Part.EMPTY, Part.EMPTY, Part.EMPTY);

    public static Payload ofRequest(byte[] head, Content body) {
        boolean isPair = isPair(head, body);
        return new Payload(Part.of(head, isPair), Part.of(body, isPair), Part.EMPTY, Part.EMPTY);
    }

    /// A request whose body is in the spool already.
    static Payload ofRequest(byte[] head, Part spooled) {
        return new Payload(Part.of(head, false), spooled, Part.EMPTY, Part.EMPTY);
    }

    Payload withResult(Answer answer) {
        boolean isPair = isPair(answer.head(), answer.body());
        return new Payload(requestHead, requestBody, Part.of(answer.head(), isPair), Part.of(answer.body(), isPair));
    }

    private static boolean isPair(byte[] head, Content body) {
        return body instanceof Content.InMemory(byte[] bytes)
                && head.length + bytes.length > 0
                && head.length + bytes.length <= PAIR_BYTES_MAX;
    }

    Payload erased() {
        return new Payload(requestHead.erased(), requestBody.erased(), resultHead.erased(), resultBody.erased());
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
