package io.forebay.gateway.health;

import io.forebay.mesh.Endpoint;
import io.forebay.mesh.HealthCheck;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/// A request without body whose answer is judged by its status alone: the body of the answer is not read.
record HttpQuestion(HealthCheck.Probe.Http http, Endpoint endpoint) implements Http2Question {
    static final String USER_AGENT = "forebay-health";

    /// The request over HTTP/1.1.
    String head() {
        return http.method() + " " + http.path() + " HTTP/1.1\r\nhost: " + authority() + "\r\nuser-agent: " + USER_AGENT
                + "\r\naccept: */*\r\nconnection: close\r\n\r\n";
    }

    @Override
    public Http2Headers head(boolean isTls) {
        return new DefaultHttp2Headers()
                .method(http.method())
                .scheme(isTls ? "https" : "http")
                .path(http.path())
                .authority(authority())
                .add("user-agent", USER_AGENT)
                .add("accept", "*/*");
    }

    private String authority() {
        String hostname = http.hostname();
        return hostname == null ? endpoint.authority() : hostname;
    }

    ProbeOutcome onStatus(int status) {
        return http.expectedStatuses().contains(status)
                ? ProbeOutcome.SUCCESS
                : ProbeOutcome.failure("status " + status);
    }

    @Override
    public byte @Nullable [] body() {
        return null;
    }

    @Override
    public ProbeOutcome onHead(int status, Http2Headers fields, boolean isEnd) {
        return onStatus(status);
    }

    @Override
    public ProbeOutcome onBody(ByteBuf data, boolean isEnd) {
        return ProbeOutcome.failure("a body before the head");
    }

    @Override
    public ProbeOutcome onTrailers(Http2Headers trailers) {
        return ProbeOutcome.failure("trailers before the head");
    }
}
