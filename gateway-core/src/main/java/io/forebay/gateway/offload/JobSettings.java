package io.forebay.gateway.offload;

/// Boot settings of the job endpoints.
///
/// @param reservedPrefix paths under it belong to the gateway and match no route; begins with `/`
/// @param nodeId the shard that job ids of this node name, 0 to 65535
/// @param longPollsMax clients that may wait at a time; beyond it a poll is answered at once
/// @param shards how many nodes there are that can be asked for their jobs, this one included; 1 for one that is alone
/// @param runsSchedules whether this node submits the jobs of schedules
public record JobSettings(String reservedPrefix, int nodeId, int longPollsMax, int shards, boolean runsSchedules) {
    public static final JobSettings DEFAULT = new JobSettings("/_", 0, 10_000);

    /// Those of a node that is alone.
    public JobSettings(String reservedPrefix, int nodeId, int longPollsMax) {
        this(reservedPrefix, nodeId, longPollsMax, 1, true);
    }

    public JobSettings {
        if (!reservedPrefix.startsWith("/") || reservedPrefix.length() < 2) {
            throw new IllegalArgumentException(
                    "reservedPrefix must begin with / and name something: " + reservedPrefix);
        }
        if (nodeId < 0 || nodeId > 0xffff) {
            throw new IllegalArgumentException("nodeId must be 0 to 65535: " + nodeId);
        }
        if (shards > 1 && nodeId >= shards) {
            throw new IllegalArgumentException(
                    "node.id must be less than peers.count, which is " + shards + ": " + nodeId);
        }
        if (longPollsMax < 0) {
            throw new IllegalArgumentException("longPollsMax must not be negative: " + longPollsMax);
        }
    }

    /// Whether a job of this shard is at another node, which can be asked for it.
    public boolean isElsewhere(int shard) {
        return shard != nodeId && shard < shards;
    }

    /// Where jobs live.
    public String jobsPath() {
        return reservedPrefix + "jobs";
    }
}
