package io.forebay.gateway.tls;

import io.forebay.gateway.tls.TlsObserver.Refusal;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SniCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayInputStream;
import java.nio.channels.ClosedChannelException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// Stands behind the SSL handler until the handshake is done. Decides whether the peer is let in, then fires
/// one `TlsConnection` and leaves the pipeline; else closes the channel and lets nothing through, neither bytes
/// nor exceptions.
final class HandshakeHandler extends ChannelInboundHandlerAdapter {
    private static final int DETAIL_CHARS_MAX = 200;
    /// The exception's own message is a dump of the bytes: a token sent in the clear would end up in a log.
    private static final String NOT_TLS_DETAIL = "the first bytes are no TLS hello";

    private final DownstreamTls listener;
    private final LongSupplier nowMs;
    private final TlsObserver observer;

    private @Nullable String serverName;
    private @Nullable ClientTrust trust;
    private long generation;
    private boolean isRelayed;
    private boolean isOver;

    HandshakeHandler(DownstreamTls listener, LongSupplier nowMs, TlsObserver observer) {
        this.listener = listener;
        this.nowMs = nowMs;
        this.observer = observer;
    }

    /// The host is chosen: what it demands, and of which table.
    void begin(@Nullable String serverName, TlsHostContext host, long generation) {
        this.serverName = serverName;
        this.trust = host.trust();
        this.isRelayed = host.host().isRelayed();
        this.generation = generation;
    }

    /// Reports the first reason only; the channel is closed by the caller.
    void refuse(Refusal refusal, String detail) {
        if (!isOver) {
            isOver = true;
            observer.onRefusal(refusal, detail);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        switch (event) {
            case SniCompletionEvent hello -> {
                if (!hello.isSuccess()) {
                    fail(ctx, hello.cause());
                }
            }
            case SslHandshakeCompletionEvent handshake -> {
                if (handshake.isSuccess()) {
                    finish(ctx);
                } else {
                    fail(ctx, handshake.cause());
                }
            }
            default -> ctx.fireUserEventTriggered(event);
        }
    }

    private void finish(ChannelHandlerContext ctx) {
        TlsConnection connection;
        try {
            connection = admit(ctx.pipeline().get(SslHandler.class));
        } catch (CertificateException e) {
            refuse(Refusal.PEER_NO_LONGER_TRUSTED, String.valueOf(e.getMessage()));
            ctx.close();
            return;
        }
        isOver = true;
        observer.onHandshake(connection);
        ctx.fireUserEventTriggered(connection);
        if (!ctx.isRemoved()) {
            ctx.pipeline().remove(this);
        }
    }

    /// The engine accepted the peer; whether *we* do is decided here, the same for full and resumed handshakes. The
    /// JDK's engine does not say which it was, so there the chain is always validated.
    private TlsConnection admit(SslHandler ssl) throws CertificateException {
        SSLSession session = ssl.engine().getSession();
        boolean isNative = ssl.engine() instanceof ReferenceCountedOpenSslEngine;
        boolean isResumed = ssl.engine() instanceof ReferenceCountedOpenSslEngine engine
                && SSL.isSessionReused(engine.sslPointer());
        ClientTrust trust = this.trust;
        if (trust == null) {
            throw new CertificateException("handshake without a host");
        }
        List<X509Certificate> chain = chainOf(session);
        long nowMs = this.nowMs.getAsLong();
        if (chain == null) {
            if (!trust.admits(null, nowMs)) {
                throw new CertificateException("no client certificate");
            }
        } else if (!isNative || isResumed || !ClientTrustManager.hasValidated(trust, session)) {
            trust.validate(chain, nowMs);
        }
        PeerTrust peerTrust = PeerTrust.accepted(listener, serverName, chain, trust, generation, nowMs);
        if (!peerTrust.isStillTrusted(nowMs)) {
            throw new CertificateException("trust changed during the handshake");
        }
        String protocol = ssl.applicationProtocol();
        return new TlsConnection(
                listener,
                protocol == null ? TlsListenerSettings.HTTP_1_1 : protocol,
                session.getProtocol(),
                session.getCipherSuite(),
                serverName,
                isResumed,
                isRelayed,
                chain == null ? null : PeerCertificate.of(chain),
                peerTrust);
    }

    /// Parsed once here, so that no later reader parses again.
    private static @Nullable List<X509Certificate> chainOf(SSLSession session) throws CertificateException {
        Certificate[] certificates;
        try {
            certificates = session.getPeerCertificates();
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> chain = new ArrayList<>(certificates.length);
        for (Certificate certificate : certificates) {
            chain.add(
                    (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(certificate.getEncoded())));
        }
        return List.copyOf(chain);
    }

    private void fail(ChannelHandlerContext ctx, @Nullable Throwable cause) {
        Throwable reason = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        Refusal refusal = refusalOf(reason);
        refuse(refusal, refusal == Refusal.NOT_TLS ? NOT_TLS_DETAIL : shortened(String.valueOf(reason)));
        ctx.close();
    }

    private static Refusal refusalOf(@Nullable Throwable reason) {
        return switch (reason) {
            case NotSslRecordException notTls -> Refusal.NOT_TLS;
            case TooLongFrameException tooLong -> Refusal.NOT_TLS;
            case SslHandshakeTimeoutException timeout -> Refusal.TIMEOUT;
            case ClosedChannelException closed -> Refusal.ABANDONED;
            case null, default -> Refusal.HANDSHAKE;
        };
    }

    private static String shortened(String detail) {
        return detail.length() <= DETAIL_CHARS_MAX ? detail : detail.substring(0, DETAIL_CHARS_MAX);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, cause);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        refuse(Refusal.ABANDONED, "closed before the handshake was done");
        ctx.fireChannelInactive();
    }
}
