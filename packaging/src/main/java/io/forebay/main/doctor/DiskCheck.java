package io.forebay.main.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/// The disk of the data folder: how long a sync takes, which each 202 waits for, and what is left.
final class DiskCheck {
    private static final int TRIES = 50;
    private static final double SLOW_MS = 10;
    private static final double VERY_SLOW_MS = 200;
    private static final long BYTES_FEW = 5L << 30;
    private static final long BYTES_TOO_FEW = 512L << 20;
    private static final long INODES_FEW = 10_000;
    private static final long INODES_TOO_FEW = 100;

    private DiskCheck() {}

    static List<Finding> of(HostView host, Path data) {
        if (!Files.isDirectory(data)) {
            return List.of(Finding.failed(
                    "data-folder", data + " is not there", "make it, owned by the user of the gateway, mode 0700"));
        }
        List<Finding> findings = new ArrayList<>();
        try {
            findings.add(sync(host.syncTimesNs(data, TRIES)));
            HostView.Space space = host.space(data);
            findings.add(bytes(space.bytes()));
            findings.add(inodes(space.inodes()));
        } catch (IOException e) {
            findings.add(Finding.failed(
                    "data-folder", data + ": " + e, "the user of the gateway must be able to write there"));
        }
        return findings;
    }

    private static Finding sync(long[] timesNs) {
        if (timesNs.length == 0) {
            return Finding.failed("disk-sync", "no sync came to an end", "another disk");
        }
        long[] sorted = timesNs.clone();
        Arrays.sort(sorted);
        double medianMs = sorted[sorted.length / 2] / 1e6;
        double worstMs = sorted[sorted.length - 1] / 1e6;
        String figure =
                String.format(Locale.ROOT, "median %.2f ms, worst %.2f ms of %d", medianMs, worstMs, sorted.length);
        if (medianMs > VERY_SLOW_MS) {
            return Finding.failed(
                    "disk-sync", figure, "each 202 waits for a sync: put the data folder on another disk");
        }
        return medianMs > SLOW_MS
                ? Finding.warning(
                        "disk-sync", figure, "each 202 waits for a sync: a disk with less than 10 ms is better")
                : Finding.ok("disk-sync", figure);
    }

    private static Finding bytes(long bytes) {
        String figure = (bytes >> 20) + " MiB free";
        if (bytes < BYTES_TOO_FEW) {
            return Finding.failed("disk-space", figure, "free some: a full disk answers 507");
        }
        return bytes < BYTES_FEW
                ? Finding.warning("disk-space", figure, "less than 5 GiB: mind the limits.bytes of the queues")
                : Finding.ok("disk-space", figure);
    }

    private static Finding inodes(OptionalLong inodes) {
        if (inodes.isEmpty()) {
            return Finding.ok("disk-inodes", "no limit");
        }
        String figure = inodes.getAsLong() + " free";
        if (inodes.getAsLong() < INODES_TOO_FEW) {
            return Finding.failed("disk-inodes", figure, "remove small files");
        }
        return inodes.getAsLong() < INODES_FEW
                ? Finding.warning("disk-inodes", figure, "bodies above 1 MiB are files: remove small files")
                : Finding.ok("disk-inodes", figure);
    }
}
