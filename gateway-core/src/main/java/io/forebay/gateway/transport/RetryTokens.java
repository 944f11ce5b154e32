package io.forebay.gateway.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Whether a new client of QUIC has to show first that it is at the address it writes on its packets (RFC 9000 section
/// 8.1.2). Only while many handshakes are under way, as under a flood: it costs honest clients a round trip. One a
/// port, on its loop.
///
/// A token is eight bytes of time, a MAC, and the connection id that the client began with. It holds for ten seconds,
/// for one address and port.
final class RetryTokens implements QuicTokenHandler {
    /// Handshakes under way beyond which a token is asked for.
    static final int HANDSHAKES_FREE = 256;

    static final long VALID_MS = 10_000;

    private static final String MAC = "HmacSHA256";
    private static final int TIME_BYTES = 8;
    private static final int MAC_BYTES = 32;

    private final LongSupplier nowMs;
    private final SecretKeySpec key;
    private int handshakes;

    /// @param nowMs wall clock, milliseconds since the epoch
    RetryTokens(LongSupplier nowMs, SecureRandom random) {
        this.nowMs = nowMs;
        byte[] secret = new byte[MAC_BYTES];
        random.nextBytes(secret);
        this.key = new SecretKeySpec(secret, MAC);
    }

    /// A handshake has begun.
    void begun() {
        handshakes++;
    }

    /// A handshake is over, one way or the other.
    void ended() {
        handshakes--;
    }

    @Override
    public boolean writeToken(ByteBuf out, ByteBuf connectionId, InetSocketAddress client) {
        if (handshakes < HANDSHAKES_FREE) {
            return false;
        }
        byte[] id = ByteBufUtil.getBytes(connectionId);
        long timeMs = nowMs.getAsLong();
        out.writeLong(timeMs).writeBytes(mac(timeMs, client, id)).writeBytes(id);
        return true;
    }

    /// @return where the connection id begins, or -1 for a token that is not ours, late, or another client's
    @Override
    public int validateToken(ByteBuf token, InetSocketAddress client) {
        if (token.readableBytes() < TIME_BYTES + MAC_BYTES) {
            return -1;
        }
        byte[] all = ByteBufUtil.getBytes(token);
        ByteBuffer fields = ByteBuffer.wrap(all);
        long timeMs = fields.getLong();
        long ageMs = nowMs.getAsLong() - timeMs;
        byte[] shown = Arrays.copyOfRange(all, TIME_BYTES, TIME_BYTES + MAC_BYTES);
        byte[] id = Arrays.copyOfRange(all, TIME_BYTES + MAC_BYTES, all.length);
        boolean isOurs = MessageDigest.isEqual(shown, mac(timeMs, client, id));
        return isOurs && ageMs >= 0 && ageMs <= VALID_MS ? TIME_BYTES + MAC_BYTES : -1;
    }

    private byte[] mac(long timeMs, InetSocketAddress client, byte[] id) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            mac.update(ByteBuffer.allocate(TIME_BYTES + Integer.BYTES)
                    .putLong(timeMs)
                    .putInt(client.getPort())
                    .array());
            mac.update(client.getAddress().getAddress());
            mac.update(id);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + MAC, e);
        }
    }

    @Override
    public int maxTokenLength() {
        return TIME_BYTES + MAC_BYTES + Quic.MAX_CONN_ID_LEN;
    }
}
