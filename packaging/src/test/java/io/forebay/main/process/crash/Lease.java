package io.forebay.main.process.crash;

/// A lease as a worker was given it.
///
/// @param request the name of the request that its job is
/// @param token what the worker reports with
record Lease(String request, String job, int epoch, int attempt, String token) {
    private static final int EPOCH_FROM = 32;
    private static final int EPOCH_TO = 40;

    /// The epoch stands in the token.
    static int epoch(String token) {
        return Integer.parseInt(token.substring(EPOCH_FROM, EPOCH_TO), 16);
    }

    @Override
    public String toString() {
        return "lease of " + request + " (job " + job + ", epoch " + epoch + ", attempt " + attempt + ")";
    }
}
