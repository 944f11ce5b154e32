package io.forebay.policy;

import java.util.List;

/// The statuses of all objects of one compile, in the order of their keys. They are made when somebody asks: most
/// reloads nobody asks, and of thousands of objects they would be most of its garbage. Any thread.
public interface ObjectStatuses {

    /// Of no object.
    ObjectStatuses NONE = _ -> List.of();

    /// Makes them.
    ///
    /// @param generation of the snapshot in force
    List<ObjectStatus> observedAt(long generation);
}
