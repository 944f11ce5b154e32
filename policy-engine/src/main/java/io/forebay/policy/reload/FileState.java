package io.forebay.policy.reload;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the file system says of a file without reading it. Follows links, so a swapped `..data` shows as a new inode.
///
/// @param key the inode, null where there is none to be had
/// @param size in bytes; -1 for a file that is not there
/// @param modified may be set by whoever writes the file
/// @param changed set by the system alone with each change of content; null where the system keeps no such time
record FileState(
        @Nullable Object key,
        long size,
        @Nullable FileTime modified,
        @Nullable FileTime changed) {

    static final FileState MISSING = new FileState(null, -1, null, null);

    private static final boolean HAS_CHANGE_TIME =
            FileSystems.getDefault().supportedFileAttributeViews().contains("unix");

    static FileState of(Path path) {
        try {
            return HAS_CHANGE_TIME ? withChangeTime(path) : without(path);
        } catch (IOException e) {
            return MISSING;
        }
    }

    private static FileState withChangeTime(Path path) throws IOException {
        Map<String, Object> values = Files.readAttributes(path, "unix:fileKey,size,lastModifiedTime,ctime");
        return new FileState(
                values.get("fileKey"),
                values.get("size") instanceof Long size ? size : -1,
                values.get("lastModifiedTime") instanceof FileTime time ? time : null,
                values.get("ctime") instanceof FileTime time ? time : null);
    }

    private static FileState without(Path path) throws IOException {
        BasicFileAttributes values = Files.readAttributes(path, BasicFileAttributes.class);
        return new FileState(values.fileKey(), values.size(), values.lastModifiedTime(), null);
    }

    /// Whether the last change is so long before `nowMs` that another would bear another time: clocks of file systems
    /// tick every few milliseconds.
    ///
    /// @param nowMs wall clock before this state was asked for
    boolean isOlderThan(long ageMs, long nowMs) {
        return changed != null && nowMs - changed.toMillis() > ageMs;
    }
}
