package io.forebay.gateway.tls;

import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The keys that seal the session tickets of one (listener, host, client validation). Made in memory, written
/// nowhere.
///
/// A new key every hour; the one before it still opens tickets, so a ticket lives between one and two hours.
/// There is no timer: the connection that comes when a change is due makes it, and after two idle hours neither
/// old key survives. Called on any event loop.
final class TicketKeys {
    static final long ROTATION_MS = TimeUnit.HOURS.toMillis(1);

    /// One step of the rotation. `sealing` seals new tickets; `opening` (null at first) only opens older ones.
    record Generation(
            int number,
            OpenSslSessionTicketKey sealing,
            @Nullable OpenSslSessionTicketKey opening,
            long sinceMs) {

        OpenSslSessionTicketKey[] inOrder() {
            return opening == null
                    ? new OpenSslSessionTicketKey[] {sealing}
                    : new OpenSslSessionTicketKey[] {sealing, opening};
        }
    }

    private final SecureRandom random;
    private volatile Generation current;

    TicketKeys(SecureRandom random, long nowMs) {
        this.random = random;
        this.current = new Generation(0, newKey(random), null, nowMs);
    }

    /// The keys to use at `nowMs`; the same object until the next change.
    Generation at(long nowMs) {
        Generation generation = current;
        return nowMs - generation.sinceMs < ROTATION_MS ? generation : rotate(nowMs);
    }

    private synchronized Generation rotate(long nowMs) {
        Generation generation = current;
        long ageMs = nowMs - generation.sinceMs;
        if (ageMs >= ROTATION_MS) {
            generation = new Generation(
                    generation.number + 1, newKey(random), ageMs < 2 * ROTATION_MS ? generation.sealing : null, nowMs);
            current = generation;
        }
        return generation;
    }

    private static OpenSslSessionTicketKey newKey(SecureRandom random) {
        return new OpenSslSessionTicketKey(
                bytes(random, OpenSslSessionTicketKey.NAME_SIZE),
                bytes(random, OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                bytes(random, OpenSslSessionTicketKey.AES_KEY_SIZE));
    }

    private static byte[] bytes(SecureRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
