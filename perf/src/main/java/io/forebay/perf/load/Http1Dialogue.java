package io.forebay.perf.load;

import io.forebay.perf.load.AnswerParser.MalformedAnswer;
import java.util.function.LongConsumer;

/// HTTP/1.1 without pipelining. Requests are sent from the book's own memory.
final class Http1Dialogue implements Dialogue {
    private final RequestBook book;
    private final Received received;
    private final boolean isHead;
    private final AnswerParser answer = new AnswerParser();
    private boolean isAsked;
    private long startNs;
    private long sentNs;
    private long sendAddress;
    private int sendLeft;

    /// @param isHead whether the requests are HEAD, whose answers have no body
    Http1Dialogue(RequestBook book, Received received, boolean isHead) {
        this.book = book;
        this.received = received;
        this.isHead = isHead;
    }

    @Override
    public void open() {
        isAsked = false;
        sendLeft = 0;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public int capacity() {
        return 1;
    }

    @Override
    public void request(int request, long newStartNs, long nowNs) {
        startNs = newStartNs;
        sentNs = nowNs;
        sendAddress = book.address(request);
        sendLeft = book.lengthBytes(request);
        answer.begin(isHead);
        isAsked = true;
    }

    @Override
    public long unsentAddress() {
        return sendAddress;
    }

    @Override
    public int unsentBytes() {
        return sendLeft;
    }

    @Override
    public void sent(int bytes) {
        sendAddress += bytes;
        sendLeft -= bytes;
    }

    @Override
    public void receive(int count) throws MalformedAnswer {
        if (!isAsked) {
            throw new MalformedAnswer("data without a request");
        }
        int skipped = (int) Math.min(answer.skippable(), count);
        if (skipped > 0) {
            answer.skip(skipped);
        }
        if (skipped < count) {
            answer.feed(received.array(), 0, received.load(skipped, count));
        }
    }

    @Override
    public boolean end() {
        return isAsked && answer.end();
    }

    @Override
    public boolean takeAnswer() {
        if (!isAsked || !answer.isDone()) {
            return false;
        }
        isAsked = false;
        return true;
    }

    @Override
    public int status() {
        return answer.status();
    }

    @Override
    public long startNs() {
        return startNs;
    }

    @Override
    public boolean isLast() {
        return answer.isLast();
    }

    @Override
    public int inFlight() {
        return isAsked ? 1 : 0;
    }

    @Override
    public long oldestNs() {
        return isAsked ? sentNs : Long.MAX_VALUE;
    }

    @Override
    public void unanswered(LongConsumer sink) {
        if (isAsked) {
            sink.accept(startNs);
        }
    }
}
