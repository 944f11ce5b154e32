package io.forebay.offload.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Contract 5: offsets of a topic are dense and increasing, and each entry stays where its writer was told.
final class OffsetsAreDense implements Invariant {
    private final World world;
    private final Map<Long, String> told = new HashMap<>();
    private long highest = -1;

    OffsetsAreDense(World world) {
        this.world = world;
    }

    @Override
    public void appended(long offset, String entry) {
        assertThat(offset).as("offsets grow").isGreaterThan(highest);
        highest = offset;
        told.put(offset, entry);
    }

    @Override
    public void atRest() {
        List<byte[]> entries = world.topic();
        assertThat((long) entries.size()).as("entries up to the last offset").isGreaterThan(highest);
        told.forEach((offset, entry) -> assertThat(new String(entries.get(offset.intValue()), StandardCharsets.UTF_8))
                .isEqualTo(entry));
    }
}
