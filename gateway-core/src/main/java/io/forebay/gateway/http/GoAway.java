package io.forebay.gateway.http;

/// Sent through a client's pipeline as a user event when the gateway drains, or the policy wants its listener no more:
/// finish what is under way, take nothing new.
public enum GoAway {
    DRAIN
}
