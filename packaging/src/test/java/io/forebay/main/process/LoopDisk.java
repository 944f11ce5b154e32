package io.forebay.main.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A disk of its own: ext4 in a file on a loop device. What is in the file is what the disk was given; what the kernel
/// still holds back would be gone with the power. Needs root.
final class LoopDisk implements AutoCloseable {
    private static final int SIZE_MIB = 2_560;
    private static final int COPIES_MAX = 20;
    private static final int BLOCK_BYTES = 8 << 20;
    private static final int PAGE_BYTES = 4 << 10;
    private static final long LIMIT_SECONDS = 60;

    private final Path image;
    private final Path remembered;
    private final Path mountPoint;

    private LoopDisk(Path image, Path mountPoint) {
        this.image = image;
        this.remembered = image.resolveSibling("remembered.img");
        this.mountPoint = mountPoint;
    }

    /// Whether this machine lets one be made.
    static boolean isPossible() {
        boolean hasPrograms = List.of("mkfs.ext4", "losetup", "mount", "fallocate").stream()
                .allMatch(name -> List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin").stream()
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name))));
        return "root".equals(System.getProperty("user.name"))
                && Files.exists(Path.of("/dev/loop-control"))
                && hasPrograms;
    }

    /// Makes one and mounts it. Metadata go to the disk when somebody asks for them to be synced, and hardly before.
    static LoopDisk mount(Path folder, Path mountPoint) throws IOException, InterruptedException {
        LoopDisk disk = new LoopDisk(folder.resolve("disk.img"), mountPoint);
        Files.createDirectories(mountPoint);
        run("truncate", "--size", SIZE_MIB + "M", disk.image.toString());
        run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0", disk.image.toString());
        disk.mount();
        return disk;
    }

    private void mount() throws IOException, InterruptedException {
        run("mount", "-o", "loop,noatime,commit=300", image.toString(), mountPoint.toString());
    }

    /// A process that was killed has ended before the kernel has let go of its rings, and of the socket that it
    /// listened at in its data folder: until then the disk is busy.
    private void unmount() {
        await().atMost(LIMIT_SECONDS, TimeUnit.SECONDS)
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> run("umount", mountPoint.toString()));
    }

    /// Copies what is on the disk now, at one moment: the copy is made again if the disk was written to meanwhile.
    void remember() throws IOException, InterruptedException {
        for (int i = 0; i < COPIES_MAX; i++) {
            String before = writes();
            run("cp", "--sparse=always", image.toString(), remembered.toString());
            if (writes().equals(before)) {
                return;
            }
        }
        throw new AssertionError("the disk was never quiet");
    }

    /// Requests and sectors written to the loop device so far.
    private String writes() throws IOException, InterruptedException {
        String device = run("findmnt", "--noheadings", "--output", "SOURCE", mountPoint.toString());
        Path stat = Path.of("/sys/block", Path.of(device.strip()).getFileName().toString(), "stat");
        String[] counts = Files.readString(stat).strip().split("\\s+", -1);
        return counts[4] + " " + counts[6];
    }

    /// The power comes back, and the disk is as it was remembered.
    void cut() throws IOException, InterruptedException {
        unmount();
        Files.move(remembered, image, StandardCopyOption.REPLACE_EXISTING);
        mount();
    }

    /// Somebody else takes all the room there is, at once.
    void fill() throws IOException, InterruptedException {
        long most = Files.getFileStore(mountPoint).getUsableSpace() - BLOCK_BYTES;
        run("fallocate", "--length", Long.toString(most), filler().toString());
        byte[] block = new byte[BLOCK_BYTES];
        try (OutputStream out = Files.newOutputStream(filler(), StandardOpenOption.APPEND)) {
            // In ever smaller pieces; the last page counts.
            for (int size = BLOCK_BYTES; size >= PAGE_BYTES; size /= 2) {
                writeUntilFull(out, block, size);
            }
        }
    }

    private static void writeUntilFull(OutputStream out, byte[] block, int size) {
        try {
            while (true) {
                out.write(block, 0, size);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    /// And gives it back.
    void free() throws IOException {
        Files.delete(filler());
    }

    private Path filler() {
        return mountPoint.resolve("filler");
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(Arrays.toString(command) + " failed: " + output);
        }
        return output;
    }

    @Override
    public void close() {
        unmount();
    }
}
