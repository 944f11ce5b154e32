package io.forebay.main.process.dist;

import io.forebay.main.process.Checkout;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A fresh root of Debian 12 with what the Debian package depends on, as one archive, made once for all tests.
final class DebianRoot {
    private static final long LIMIT_SECONDS = 300;
    private static final String DEPENDENCIES = "systemd,init-system-helpers,debconf,libstdc++6";
    private static @Nullable Path archive;

    private DebianRoot() {}

    /// Whether this machine can make one.
    static boolean isPossible() {
        return Packages.isRoot() && Packages.hasPrograms(List.of("mmdebstrap"));
    }

    static synchronized Path archive() {
        Path made = archive;
        if (made == null) {
            made = Checkout.root().resolve("packaging/target/debian.tar");
            Packages.run(
                    LIMIT_SECONDS,
                    "mmdebstrap",
                    "--quiet",
                    "--variant=apt",
                    "--include=" + DEPENDENCIES,
                    "bookworm",
                    made.toString());
            archive = made;
        }
        return made;
    }
}
