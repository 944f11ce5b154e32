package io.forebay.offload.machine;

import io.forebay.offload.Content;
import io.forebay.offload.PayloadPart;
import java.util.ArrayList;
import java.util.List;

/// Bytes that go to the blob family in the same commit as their job.
@SuppressWarnings("ArrayRecordComponent") // never compared
public sealed interface StoredBytes {
    /// A head and its body in one value.
    ///
    /// @param head the part that names the pair
    record Pair(PayloadPart head, byte[] headBytes, byte[] bodyBytes) implements StoredBytes {}

    /// A part by itself, in chunks.
    record Chunks(PayloadPart part, byte[] content) implements StoredBytes {}

    /// The bytes of a request.
    static List<StoredBytes> request(Payload payload, byte[] head, Content body) {
        return of(payload, PayloadPart.REQUEST_HEAD, head, PayloadPart.REQUEST_BODY, body);
    }

    /// The bytes of a result.
    static List<StoredBytes> result(Payload payload, byte[] head, Content body) {
        return of(payload, PayloadPart.RESULT_HEAD, head, PayloadPart.RESULT_BODY, body);
    }

    private static List<StoredBytes> of(
            Payload payload, PayloadPart headPart, byte[] head, PayloadPart bodyPart, Content body) {
        if (payload.part(headPart).isPaired() && body instanceof Content.InMemory(byte[] bytes)) {
            return List.of(new Pair(headPart, head, bytes));
        }
        List<StoredBytes> stored = new ArrayList<>(2);
        if (payload.part(headPart).isChunked()) {
            stored.add(new Chunks(headPart, head));
        }
        if (payload.part(bodyPart).isChunked() && body instanceof Content.InMemory(byte[] bytes)) {
            stored.add(new Chunks(bodyPart, bytes));
        }
        return stored;
    }
}
