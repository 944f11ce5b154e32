package io.forebay.gateway.health;

import io.forebay.gateway.proxy.OpeningListener;
import io.forebay.mesh.BackendTransport;
import io.forebay.mesh.Endpoint;
import io.forebay.mesh.HealthCheck;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/// One question to one endpoint, on a connection of its own that is opened like that of a call, TLS and the header of
/// the PROXY protocol included: does it stand, and, for HTTP and gRPC, does the endpoint answer as it is expected to.
/// Owned by the prober's loop.
final class Probe implements OpeningListener {
    private final CheckedEndpoint asked;
    private final Endpoint endpoint;
    private final ProbePlan plan;
    private @Nullable ChannelFuture opening;
    private boolean isOver;

    Probe(CheckedEndpoint asked, Endpoint endpoint, ProbePlan plan) {
        this.asked = asked;
        this.endpoint = endpoint;
        this.plan = plan;
    }

    void begin() {
        opening = plan.connector().open(endpoint, this);
    }

    @Override
    public void onConnectFailed(Throwable cause) {
        if (isOver) {
            return;
        }
        if (cause instanceof ChannelException) {
            // The gateway has no more sockets: that is not the endpoint's fault.
            asked.cancel();
        } else {
            tell(ProbeOutcome.failure(cause));
        }
    }

    @Override
    public void onHandshakeFailed(Throwable cause) {
        tell(ProbeOutcome.failure(cause));
    }

    @Override
    public void onOpened(ChannelHandlerContext ctx, boolean isHttp2) {
        if (isOver) {
            return;
        }
        switch (plan.check().probe()) {
            case HealthCheck.Probe.Tcp _ -> tell(ProbeOutcome.SUCCESS);
            case HealthCheck.Probe.Http http -> {
                HttpQuestion question = new HttpQuestion(http, endpoint);
                ask(ctx, isHttp2 ? http2(question) : new Http1Probe(question, this));
            }
            case HealthCheck.Probe.Grpc grpc -> {
                if (isHttp2 || isUnsaid(plan.connector().transport())) {
                    ask(ctx, http2(new GrpcQuestion(grpc, endpoint)));
                } else {
                    tell(ProbeOutcome.failure("gRPC needs HTTP/2, which the endpoint is not spoken to by"));
                }
            }
        }
    }

    /// Whether nothing says by which version of HTTP the endpoint is spoken to: what is asked by gRPC in the clear
    /// speaks HTTP/2 for that, whatever its other clients use.
    private static boolean isUnsaid(BackendTransport transport) {
        return transport.tls() == null && transport.http() == BackendTransport.Http.ANY;
    }

    private ChannelHandler http2(Http2Question question) {
        return Http2Probe.of(question, this, plan.connector().tls() != null);
    }

    private static void ask(ChannelHandlerContext ctx, ChannelHandler handler) {
        ctx.pipeline().replace(ctx.handler(), null, handler);
    }

    /// What still happens on the connection of a probe that is over must not pass for the next one's outcome.
    void tell(ProbeOutcome outcome) {
        if (!isOver) {
            asked.done(outcome);
        }
    }

    /// Whether an outcome is known; what still comes is not looked at.
    boolean isOver() {
        return isOver;
    }

    /// Ends the connection, whatever it waits for.
    void close() {
        isOver = true;
        if (opening != null) {
            opening.channel().close();
        }
    }
}
