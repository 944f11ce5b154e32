package io.forebay.main.process.crash;

import java.io.IOException;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A customer whose jobs go one after the other: the next is sent once the one before is answered. One whose answer was
/// lost is sent again before any other, or never.
final class LineClient implements Actor {
    private final String line;
    private final Wants wants;
    private final Random random;
    private @Nullable Request unanswered;

    LineClient(String line, Wants wants, Random random) {
        this.line = line;
        this.wants = wants;
        this.random = random;
    }

    @Override
    public void step(Session session) throws IOException, InterruptedException {
        Request before = unanswered;
        Request request = before != null && random.nextBoolean() ? before : wants.next(Kind.ORDERED, line);
        unanswered = request;
        session.send(request);
        unanswered = null;
    }
}
