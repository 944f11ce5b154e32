package io.forebay.perf.load;

import io.forebay.perf.load.AnswerParser.MalformedAnswer;
import java.util.function.LongConsumer;

/// What is spoken on one connection, without its socket: turns requests into bytes that wait to be sent, and received
/// bytes into answers. Belongs to a `Connection`, which uses it for one connection after the other; the generator's
/// thread alone.
sealed interface Dialogue permits Http1Dialogue, Http2Dialogue, WebSocketDialogue {
    /// Begins a new connection: forgets all of the one before, and has what the protocol opens with wait to be sent.
    void open();

    /// Whether requests may be sent, or the peer has to say something first.
    boolean isOpen();

    /// How many requests may be in flight.
    int capacity();

    /// Has a request wait to be sent.
    ///
    /// @param request its number in the book
    /// @param startNs what its latency counts from
    /// @param nowNs what its timeout counts from
    void request(int request, long startNs, long nowNs);

    /// Where the bytes lie that wait to be sent.
    long unsentAddress();

    /// How many they are.
    int unsentBytes();

    /// Takes off those that were sent.
    void sent(int bytes);

    /// Takes what the last receive left in the generator's `Received`.
    ///
    /// @param count bytes from its beginning
    void receive(int count) throws MalformedAnswer;

    /// The peer has closed: whether that is the end of an answer.
    boolean end();

    /// Steps to the next complete answer, which `status` and `startNs` are of; false when there is none.
    boolean takeAnswer();

    int status();

    long startNs();

    /// Whether the connection ends with the answer that was taken.
    boolean isLast();

    /// Requests whose answers have not been taken.
    int inFlight();

    /// When the oldest request in flight was sent; nothing is in flight: `Long.MAX_VALUE`.
    long oldestNs();

    /// Tells the start of each request in flight.
    void unanswered(LongConsumer startNs);
}
