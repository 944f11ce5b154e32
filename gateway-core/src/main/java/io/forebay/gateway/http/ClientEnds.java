package io.forebay.gateway.http;

import java.util.ArrayList;
import java.util.List;

/// Who keeps something for single connections of clients, and is told when one has ended. Each edge tells; used on its
/// loop only.
public final class ClientEnds {
    private final List<Listener> listeners = new ArrayList<>();

    /// Hears of ends.
    public interface Listener {
        /// A connection of a client is closed. What is still done for its requests goes on.
        void onClientEnd(ConnectionAddresses client);
    }

    public void add(Listener listener) {
        listeners.add(listener);
    }

    public void remove(Listener listener) {
        listeners.remove(listener);
    }

    /// @param client whose end it was; nobody is told of one that is not known
    void ended(ConnectionAddresses client) {
        if (!listeners.isEmpty() && client.isKnown()) {
            List.copyOf(listeners).forEach(listener -> listener.onClientEnd(client));
        }
    }
}
