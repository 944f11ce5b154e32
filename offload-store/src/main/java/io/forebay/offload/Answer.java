package io.forebay.offload;

/// What a worker brought back: a status, head bytes, a body. The store keeps them as they are. The bytes belong to the
/// store once handed over.
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record Answer(int status, byte[] head, Content body) {
    public Answer(int status, byte[] head, byte[] body) {
        this(status, head, Content.of(body));
    }

    /// What it takes of memory while it is under way.
    public int memoryBytes() {
        return head.length + body.memoryBytes();
    }
}
