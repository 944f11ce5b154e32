package io.forebay.offload;

/// What a worker brought back: a status, head bytes, body bytes. The store keeps them as they are. The arrays
/// belong to the store once handed over.
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record Answer(int status, byte[] head, byte[] body) {
    public int payloadBytes() {
        return head.length + body.length;
    }
}
