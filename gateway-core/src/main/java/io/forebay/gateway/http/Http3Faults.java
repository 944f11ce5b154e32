package io.forebay.gateway.http;

import io.netty.handler.codec.http3.Http3Exception;
import io.netty.handler.codec.http3.Http3HeadersValidationException;
import io.netty.handler.codec.quic.QuicException;

/// Which ends of HTTP/3 connections and streams are the client's affair; others are told, as [ConnectionFault] does.
final class Http3Faults {
    private Http3Faults() {}

    static void report(Throwable cause) {
        boolean isClients = cause instanceof QuicException
                || cause instanceof Http3Exception
                || cause instanceof Http3HeadersValidationException;
        if (!isClients) {
            ConnectionFault.report(cause);
        }
    }
}
