package io.forebay.gateway.proxy;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.KnownHeader;
import io.forebay.gateway.http.ResponseHead;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// One call's answer on its way to the client: whether it is a body or another protocol's bytes, who keeps a copy of
/// it, and how a WebSocket is ended. Owned by its call.
final class CallAnswer {
    private @Nullable AnswerTee tee;
    private @Nullable WebSocketEnd webSocket;
    private boolean isInterimSeen;
    private boolean isSwitched;

    /// @param copies who keeps a copy, or null
    void begin(@Nullable AnswerTee copies) {
        tee = copies;
        webSocket = null;
        isInterimSeen = false;
        isSwitched = false;
    }

    /// It goes to another exchange, whose listener may want a copy.
    void copiesTo(@Nullable AnswerTee copies) {
        tee = copies;
    }

    /// Another try's answer is waited for.
    void beginsAnew() {
        isInterimSeen = false;
    }

    /// Whether a 1xx answer has come.
    boolean isInterimSeen() {
        return isInterimSeen;
    }

    /// Whether both ways are another protocol's.
    boolean isSwitched() {
        return isSwitched;
    }

    /// Whether it may be another protocol's: what is kept of one would be nothing that could be given again.
    boolean maySwitch() {
        return tee == null;
    }

    void interim(Exchange to, ResponseHead head) {
        isInterimSeen = true;
        to.interim(head);
        to.flush();
    }

    void head(Exchange to, ResponseHead head, boolean hasBody) {
        AnswerTee copies = tee;
        if (copies != null) {
            copies.onHead(head);
        }
        to.answer(head, hasBody);
    }

    /// Both ways are another protocol's from now on.
    void switched(Exchange to, ResponseHead head) {
        isSwitched = true;
        if ("websocket".equalsIgnoreCase(to.head().fields().joined(KnownHeader.UPGRADE))) {
            webSocket = new WebSocketEnd();
        }
        to.switchProtocols(head);
        to.flush();
    }

    void body(Exchange to, ByteBuf in, int bytes) {
        WebSocketEnd end = webSocket;
        if (end != null) {
            end.relay(to, in, bytes);
            return;
        }
        AnswerTee copies = tee;
        if (copies != null) {
            copies.onBody(in, bytes);
        }
        to.answerBody(in, bytes);
    }

    void end(Exchange to, @Nullable FieldLines trailers) {
        AnswerTee copies = tee;
        to.answerEnd(trailers);
        to.flush();
        if (copies != null) {
            copies.onEnd();
        }
    }

    /// The gateway is about to end.
    void onGoAway(Exchange to) {
        WebSocketEnd end = webSocket;
        if (end != null) {
            end.onGoAway(to);
        }
    }

    /// The call is over.
    void forget() {
        tee = null;
    }
}
