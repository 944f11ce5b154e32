package io.forebay.gateway.health;

import io.forebay.mesh.Endpoint;
import io.forebay.mesh.HealthCheck;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A call of the gRPC health checking protocol: well is who ends it with `grpc-status` 0 and answers `SERVING`. Owned
/// by the prober's loop.
final class GrpcQuestion implements Http2Question {
    /// The answer to such a call has seven bytes; more are not looked at.
    static final int ANSWER_BYTES_MAX = 1_024;

    private static final String STATUS = "grpc-status";
    private static final ProbeOutcome NO_STATUS = ProbeOutcome.failure("the answer has no grpc-status");

    private final HealthCheck.Probe.Grpc grpc;
    private final Endpoint endpoint;
    private final ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES_MAX);

    GrpcQuestion(HealthCheck.Probe.Grpc grpc, Endpoint endpoint) {
        this.grpc = grpc;
        this.endpoint = endpoint;
    }

    @Override
    public Http2Headers head(boolean isTls) {
        return new DefaultHttp2Headers()
                .method("POST")
                .scheme(isTls ? "https" : "http")
                .path("/grpc.health.v1.Health/Check")
                .authority(endpoint.authority())
                .add("te", "trailers")
                .add("content-type", "application/grpc")
                .add("user-agent", HttpQuestion.USER_AGENT);
    }

    @Override
    public byte[] body() {
        return HealthMessage.request(grpc.service());
    }

    @Override
    public @Nullable ProbeOutcome onHead(int status, Http2Headers fields, boolean isEnd) {
        if (status != 200) {
            return ProbeOutcome.failure("status " + status);
        }
        // Trailers-only: a call that has failed.
        return isEnd ? onTrailers(fields) : null;
    }

    @Override
    public @Nullable ProbeOutcome onBody(ByteBuf data, boolean isEnd) {
        if (data.readableBytes() > answer.remaining()) {
            return ProbeOutcome.failure("the answer is longer than " + ANSWER_BYTES_MAX + " bytes");
        }
        int end = answer.position() + data.readableBytes();
        data.getBytes(data.readerIndex(), answer.limit(end));
        answer.limit(ANSWER_BYTES_MAX);
        return isEnd ? NO_STATUS : null;
    }

    @Override
    public ProbeOutcome onTrailers(Http2Headers trailers) {
        CharSequence status = trailers.get(STATUS);
        if (status == null) {
            return NO_STATUS;
        }
        if (status.length() != 1 || status.charAt(0) != '0') {
            return ProbeOutcome.failure(status.length() <= 2 ? STATUS + " " + status : STATUS + " is none of gRPC");
        }
        int serving = HealthMessage.status(answer.flip());
        if (serving == HealthMessage.MALFORMED) {
            return ProbeOutcome.failure("the answer is not a message of grpc.health.v1");
        }
        return serving == HealthMessage.SERVING
                ? ProbeOutcome.SUCCESS
                : ProbeOutcome.failure(HealthMessage.name(serving));
    }
}
