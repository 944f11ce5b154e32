package io.forebay.gateway.http;

/// Sent through a client's pipeline as a user event when the gateway ends, or the policy wants its listener no more.
public enum GoAway {
    /// The end is near: what is asked next is the last on a connection whose requests come one by one.
    NOTICE,
    /// Finish what is under way, take nothing new.
    DRAIN,
    /// The time for that is over; the connection closes now.
    CLOSE
}
