package io.forebay.main.explain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is said of a request, as `--json` shows it; docs/cli.md names the members. Places are `file:line`, relative to
/// the policy folder.
///
/// @param request method and URL
/// @param limits what it is counted against, whatever is left of each
/// @param backends where it would go, in the order of the rule; none where it does not come to that
/// @param unknown what only a running gateway knows, in whole sentences
record Explanation(
        String request,
        Outcome outcome,
        @Nullable Listener listener,
        @Nullable Route route,
        @Nullable Caller caller,
        List<Policy> policies,
        List<Step> steps,
        List<Limit> limits,
        @Nullable Offload offload,
        List<Backend> backends,
        List<String> unknown) {

    /// How it ends.
    ///
    /// @param kind `forwarded`, `keyed-call`, `job`, `jobs`, `job-if-longer`, `job-endpoint`, `answered`,
    ///     `refused`, `handshake-refused` or `connection-refused`
    /// @param status as far as the gateway itself gives one
    /// @param type URI of the problem
    /// @param reason machine-readable
    /// @param flag response flag, docs/response-flags.md
    /// @param because one sentence
    /// @param location of a redirect
    record Outcome(
            String kind,
            @Nullable Integer status,
            @Nullable String type,
            @Nullable String reason,
            @Nullable String flag,
            String because,
            @Nullable String location) {
        static Outcome of(String kind, @Nullable Integer status, String because) {
            return new Outcome(kind, status, null, null, null, because, null);
        }
    }

    /// @param name namespace/gateway/listener
    record Listener(String name, String at) {}

    /// @param rule name of the rule, or its index
    record Route(String object, String rule, String at) {}

    /// @param kind `token`, `certificate` or `anonymous`
    /// @param allowedBy name of the rule that let the caller through, or `default`
    record Caller(
            String kind,
            String identity,
            String tenant,
            @Nullable String allowedBy) {}

    /// @param mode `enforce` or `shadow`; a policy that is off has no part in it
    record Policy(String object, String mode, String at) {}

    /// @param said `passed`, `answered` or `refused`
    /// @param shadow what a policy in shadow mode would have refused it with
    record Step(
            String stage,
            String said,
            String because,
            @Nullable String shadow) {}

    /// @param limit as `20 in 60 s, 10 at once`
    /// @param key whose requests are counted together, as `<length>:<text>` a part; `-` for a part that is missing
    record Limit(String name, String limit, String key, String mode, String at) {}

    /// @param clients `any`, or `preferring`: only those that send `Prefer: respond-async`
    /// @param when the conditions of the policy, one of which must hold
    record Offload(String object, String at, String queue, String queueAt, String clients, List<String> when) {}

    /// @param percent of the requests, by weight
    /// @param fault why its share is answered 500
    record Backend(
            String name,
            int weight,
            double percent,
            @Nullable String fault,
            String at) {}
}
