package io.forebay.offload.machine;

import io.forebay.offload.PayloadPart;
import java.util.ArrayList;
import java.util.List;

/// The chunks a job must own, for tests that look at the whole store.
public final class PayloadChunks {
    private PayloadChunks() {}

    public static List<Chunk> of(StoredJob job) {
        List<Chunk> chunks = new ArrayList<>();
        if (!job.progress().payloadGone()) {
            for (PayloadPart part : PayloadPart.values()) {
                for (int number = 0; number < job.payload().part(part).chunks(); number++) {
                    chunks.add(new Chunk(part, number));
                }
            }
        }
        return chunks;
    }

    public record Chunk(PayloadPart part, int number) {}
}
