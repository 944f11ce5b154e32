package io.forebay.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/// Each leak is planted on a frame of its own, so that nothing holds the object afterwards.
class LeakWatchTest {
    @Test
    void plantedBufferIsReported() {
        assertThat(reportsAfter(
                        () -> PooledByteBufAllocator.DEFAULT.directBuffer(16).writeByte(1)))
                .isNotEmpty();
    }

    @Test
    void plantedContextIsReported() {
        assertThat(reportsAfter(LeakWatch::newContext)).isNotEmpty();
    }

    private static List<String> reportsAfter(Runnable leak) {
        Logger detector = Logger.getLogger("io.netty.util.ResourceLeakDetector");
        detector.setUseParentHandlers(false);
        LeakWatch watch = new LeakWatch();
        watch.begin();
        try {
            leak.run();
            return watch.reportsAfterCollection();
        } finally {
            watch.end();
            detector.setUseParentHandlers(true);
        }
    }
}
