package io.forebay.main.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// This host.
final class LinuxHost implements HostView {
    private static final int PAGE_BYTES = 4096;
    private static final long SYNC_NS_MAX = TimeUnit.SECONDS.toNanos(5);
    private static final String LISTENING = "0A";

    @Override
    public Optional<String> text(String path) {
        try {
            return Optional.of(Files.readString(Path.of(path)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean isPortFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public Optional<Holder> holder(int port) {
        Set<String> sockets = new HashSet<>();
        for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
            text(table)
                    .ifPresent(lines -> lines.lines().skip(1).forEach(line -> {
                        String[] columns = line.strip().split("\\s+", -1);
                        String suffix = String.format(Locale.ROOT, ":%04X", port);
                        if (columns.length > 9 && columns[3].equals(LISTENING) && columns[1].endsWith(suffix)) {
                            sockets.add("socket:[" + columns[9] + "]");
                        }
                    }));
        }
        return sockets.isEmpty()
                ? Optional.empty()
                : ProcessHandle.allProcesses()
                        .filter(process -> hasOneOf(process.pid(), sockets))
                        .findFirst()
                        .map(process -> new Holder(process.pid(), command(process.pid())));
    }

    private static boolean hasOneOf(long pid, Set<String> sockets) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors) {
                if (sockets.contains(Files.readSymbolicLink(descriptor).toString())) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Another user's, or it has ended meanwhile.
            return false;
        }
        return false;
    }

    private String command(long pid) {
        return text("/proc/" + pid + "/cmdline").orElse("").replace('\0', ' ').strip();
    }

    @Override
    public Optional<Clock> clock() {
        return Libc.clock();
    }

    @Override
    public Space space(Path folder) throws IOException {
        return new Space(Files.getFileStore(folder).getUsableSpace(), Libc.freeInodes(folder));
    }

    @Override
    public long[] syncTimesNs(Path folder, int tries) throws IOException {
        Path file = Files.createTempFile(folder, "doctor", ".tmp");
        long[] times = new long[tries];
        int done = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long beganNs = System.nanoTime();
            while (done < tries && System.nanoTime() - beganNs < SYNC_NS_MAX) {
                ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);
                long startNs = System.nanoTime();
                while (page.hasRemaining()) {
                    channel.write(page);
                }
                channel.force(false);
                times[done++] = System.nanoTime() - startNs;
            }
        } finally {
            Files.delete(file);
        }
        return Arrays.copyOf(times, done);
    }

    @Override
    public OptionalInt ioUringErrno() {
        return Libc.ioUringErrno();
    }
}
