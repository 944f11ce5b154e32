package io.forebay.main.doctor;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// A host that is as the test says.
final class FakeHost implements HostView {
    final Map<String, String> files = new HashMap<>();
    final Map<Integer, Optional<Holder>> taken = new HashMap<>();
    Optional<Clock> clock = Optional.empty();
    Space space = new Space(100L << 30, OptionalLong.of(1_000_000));
    long[] syncTimesNs = {1_000_000};
    OptionalInt ioUringErrno = OptionalInt.of(0);

    FakeHost with(String path, String text) {
        files.put(path, text);
        return this;
    }

    @Override
    public Optional<String> text(String path) {
        return Optional.ofNullable(files.get(path));
    }

    @Override
    public boolean isPortFree(int port) {
        return !taken.containsKey(port);
    }

    @Override
    public Optional<Holder> holder(int port) {
        return taken.getOrDefault(port, Optional.empty());
    }

    @Override
    public Optional<Clock> clock() {
        return clock;
    }

    @Override
    public Space space(Path folder) {
        return space;
    }

    @Override
    public long[] syncTimesNs(Path folder, int tries) {
        return syncTimesNs;
    }

    @Override
    public OptionalInt ioUringErrno() {
        return ioUringErrno;
    }
}
