package io.forebay.gateway.offload;

import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.RequestHead;
import io.forebay.gateway.http.StoredHead;
import io.forebay.policy.ForwardedHeader;
import io.forebay.policy.HeaderName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// The head of a request as a job keeps it: an origin line that tells who sent it, then an HTTP/1.1 head.
///
/// ```
/// FOREBAY/1 <client address> <http|https> <listener port> CRLF
/// <method> <target> HTTP/1.1 CRLF
/// <field lines> CRLF CRLF
/// ```
///
/// Credentials and fields for one hop only are not kept, so that no secret outlives the request on disk; the caller
/// travels in the `claimToHeaders` values, fixed at submit.
///
/// @param address the client's address
/// @param isTls whether it came encrypted
/// @param port the listener's port
/// @param head the HTTP/1.1 head with its empty line
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record StoredRequest(String address, boolean isTls, int port, byte[] head) {
    private static final String MAGIC = "FOREBAY/1";

    /// Takes from the exchange what the job will send.
    ///
    /// @param kept the exchange's own head, or that of an item of its batch
    /// @param claimHeaders the fields that carry claims; a client's own lines of these names are dropped
    /// @param keepsKey whether the client's `Idempotency-Key` goes with each attempt, in place of the job's id
    /// @param keepsCredentials whether the OffloadPolicy opted in to keep Authorization and Cookie
    public static byte[] encode(
            Exchange exchange,
            RequestHead kept,
            Collection<HeaderName> claimHeaders,
            boolean keepsCredentials,
            boolean keepsKey,
            long bodyBytes) {
        List<String> claims = new ArrayList<>();
        for (ForwardedHeader header : exchange.principal().headers()) {
            // Byte for byte, as the synchronous path sends it.
            claims.add(new String(header.line(), StandardCharsets.ISO_8859_1));
        }
        String origin = MAGIC + " " + exchange.connection().peer().address() + " "
                + (exchange.connection().isTls() ? "https" : "http") + " "
                + exchange.connection().port() + "\r\n";
        String head = StoredHead.write(
                kept, exchange.trace(), claimHeaders, String.join("", claims), keepsCredentials, keepsKey, bodyBytes);
        return (origin + head).getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The same of a request that nobody sent: the gateway's own.
    ///
    /// @param head HTTP/1.1, with its empty line
    public static byte[] encode(String head) {
        return (MAGIC + " 127.0.0.1 http 80\r\n" + head).getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Reads what [#encode] wrote.
    ///
    /// @throws IllegalArgumentException the bytes are of another format
    public static StoredRequest decode(byte[] bytes) {
        int end = 0;
        while (end < bytes.length && bytes[end] != '\r') {
            end++;
        }
        String[] origin = new String(bytes, 0, end, StandardCharsets.ISO_8859_1).split(" ", -1);
        if (origin.length != 4 || !origin[0].equals(MAGIC) || end + 2 > bytes.length) {
            throw new IllegalArgumentException("not a stored request of format " + MAGIC);
        }
        byte[] head = java.util.Arrays.copyOfRange(bytes, end + 2, bytes.length);
        return new StoredRequest(origin[1], origin[2].equals("https"), Integer.parseInt(origin[3]), head);
    }

    /// The head, as it was when the request came.
    ///
    /// @throws IllegalArgumentException the head is not one that [#encode] wrote
    public RequestHead read() {
        return StoredHead.read(head);
    }
}
