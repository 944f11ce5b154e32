package io.forebay.gateway.offload;

/// Boot settings of the job endpoints.
///
/// @param reservedPrefix paths under it belong to the gateway and match no route; begins with `/`
/// @param nodeId the shard that job ids of this node name, 0 to 65535
/// @param longPollsMax clients that may wait at a time; beyond it a poll is answered at once
public record JobSettings(String reservedPrefix, int nodeId, int longPollsMax) {
    public static final JobSettings DEFAULT = new JobSettings("/_", 0, 10_000);

    public JobSettings {
        if (!reservedPrefix.startsWith("/") || reservedPrefix.length() < 2) {
            throw new IllegalArgumentException(
                    "reservedPrefix must begin with / and name something: " + reservedPrefix);
        }
        if (nodeId < 0 || nodeId > 0xffff) {
            throw new IllegalArgumentException("nodeId must be 0 to 65535: " + nodeId);
        }
        if (longPollsMax < 0) {
            throw new IllegalArgumentException("longPollsMax must not be negative: " + longPollsMax);
        }
    }

    /// Where jobs live.
    public String jobsPath() {
        return reservedPrefix + "jobs";
    }
}
