package io.forebay.main.process.crash;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Sends requests under keys: until each is answered, over restarts too, and some that were answered once more.
final class KeyClient implements Actor {
    private static final int REPEAT_EVERY = 5;

    private final Wants wants;
    private final Random random;
    private @Nullable Request unanswered;

    KeyClient(Wants wants, Random random) {
        this.wants = wants;
        this.random = random;
    }

    @Override
    public void step(Session session) throws IOException, InterruptedException {
        Request request = choose();
        unanswered = request;
        session.send(request);
        unanswered = null;
    }

    private Request choose() {
        Request again = unanswered;
        if (again != null) {
            return again;
        }
        List<Request> sent = wants.all(Kind.KEYED);
        return !sent.isEmpty() && random.nextInt(REPEAT_EVERY) == 0
                ? sent.get(random.nextInt(sent.size()))
                : wants.next(Kind.KEYED, "");
    }
}
