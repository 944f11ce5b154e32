package io.forebay.gateway.health;

import io.forebay.gateway.http.Http2AnswerReader;
import io.forebay.gateway.http.Malformed;
import io.forebay.gateway.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import org.jspecify.annotations.Nullable;

/// Asks over HTTP/2 (RFC 9113), as soon as it is in the pipeline of a connection that is open: one request on the
/// first stream, which does not wait for the other side's SETTINGS. Owned by the prober's loop.
///
/// Netty's connection handler as it is: a probe has one stream, and nothing is won by sharing flushes.
final class Http2Probe extends Http2ConnectionHandler {
    private static final int STREAM = 1;
    private static final int HEAD_BYTES_MAX = 128 * 1024;

    private final Http2Question question;
    private final Probe probe;
    private final boolean isTls;

    private Http2Probe(
            Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings, Builder parts) {
        super(decoder, encoder, settings);
        this.question = parts.question;
        this.probe = parts.probe;
        this.isTls = parts.isTls;
    }

    /// @param isTls whether the connection is encrypted
    static Http2Probe of(Http2Question question, Probe probe, boolean isTls) {
        return new Builder(question, probe, isTls).build();
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2Probe, Builder> {
        private final Http2Question question;
        private final Probe probe;
        private final boolean isTls;

        Builder(Http2Question question, Probe probe, boolean isTls) {
            this.question = question;
            this.probe = probe;
            this.isTls = isTls;
            server(false);
            frameListener(new Answer(question, probe));
            initialSettings(new Http2Settings().pushEnabled(false).maxHeaderListSize(HEAD_BYTES_MAX));
            // The connection is closed as soon as the outcome is known, its stream with it.
            gracefulShutdownTimeoutMillis(0);
        }

        @Override
        protected Http2Probe build() {
            return super.build();
        }

        @Override
        protected Http2Probe build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
            return new Http2Probe(decoder, encoder, settings, this);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        byte[] body = question.body();
        Http2Headers head = question.head(isTls);
        encoder().writeHeaders(ctx, STREAM, head, 0, body == null, ctx.newPromise());
        if (body != null) {
            encoder().writeData(ctx, STREAM, Unpooled.wrappedBuffer(body), 0, true, ctx.newPromise());
        }
        flush(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        probe.tell(ProbeOutcome.failure("closed without an answer"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        probe.tell(ProbeOutcome.failure(cause));
    }

    /// The other side is told first what it did wrong: as the probe ends, the connection closes.
    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception fault) {
        super.onConnectionError(ctx, outbound, cause, fault);
        probe.tell(ProbeOutcome.failure(cause));
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception.StreamException fault) {
        super.onStreamError(ctx, outbound, cause, fault);
        probe.tell(ProbeOutcome.failure(cause));
    }

    /// Hears of the frames that come, after Netty has checked them against the state of the stream.
    private static final class Answer extends Http2FrameAdapter {
        private final Http2Question question;
        private final Probe probe;
        private final ResponseHead head = new ResponseHead();
        private boolean isHeadRead;

        Answer(Http2Question question, Probe probe) {
            this.question = question;
            this.probe = probe;
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers fields, int padding, boolean isEnd) {
            if (!probe.isOver()) {
                tellIfKnown(isHeadRead ? question.onTrailers(fields) : onHead(fields, isEnd));
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers fields,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean isEnd) {
            onHeadersRead(ctx, streamId, fields, padding, isEnd);
        }

        private @Nullable ProbeOutcome onHead(Http2Headers fields, boolean isEnd) {
            Malformed problem = Http2AnswerReader.read(fields, head);
            if (problem == null && head.isInterim() && isEnd) {
                problem = Malformed.STATUS_LINE;
            }
            if (problem != null) {
                return ProbeOutcome.failure("malformed answer: " + problem.reason());
            }
            if (head.isInterim()) {
                return null;
            }
            isHeadRead = true;
            return question.onHead(head.status(), fields, isEnd);
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean isEnd) {
            int bytes = data.readableBytes() + padding;
            if (!probe.isOver()) {
                tellIfKnown(isHeadRead ? question.onBody(data, isEnd) : ProbeOutcome.failure("a body before the head"));
            }
            return bytes;
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
            probe.tell(ProbeOutcome.failure("the stream was reset: " + name(errorCode)));
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
            if (lastStreamId < STREAM) {
                probe.tell(ProbeOutcome.failure("GOAWAY instead of an answer: " + name(errorCode)));
            }
        }

        private static String name(long errorCode) {
            Http2Error known = Http2Error.valueOf(errorCode);
            return known == null ? Long.toString(errorCode) : known.name();
        }

        private void tellIfKnown(@Nullable ProbeOutcome outcome) {
            if (outcome != null) {
                probe.tell(outcome);
            }
        }
    }
}
