package io.forebay.gateway.http;

import io.netty.handler.codec.CodecException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/// What ends a client's connection out of turn. Resets and TLS failures are the client's affair and told to nobody;
/// anything else is a fault of ours and goes to the log with its cause.
public final class ConnectionFault {
    private static final Logger LOG = System.getLogger(ConnectionFault.class.getName());

    private ConnectionFault() {}

    /// Logs `cause` unless the client or the network is to blame.
    public static void report(Throwable cause) {
        if (!(cause instanceof IOException) && !(cause instanceof CodecException)) {
            LOG.log(Level.ERROR, "a connection was closed by a fault", cause);
        }
    }
}
