package io.forebay.perf.scenario;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Changes one route after the other on a thread of its own between `begin` and `end`, and asks the gateway for each
/// until the change is there.
final class RouteChanges {
    private static final long LIVE_MAX_NS = 60_000_000_000L;
    private static final long ASK_EVERY_MS = 10;
    private static final int HEAD_MAX_BYTES = 16 * 1024;

    private final RouteFiles files;
    private final int port;
    private final List<Double> liveMs = new ArrayList<>();
    private int generation;
    private volatile boolean isOver;
    private volatile @Nullable IOException failure;
    private @Nullable Thread thread;

    /// @param generation of the last change so far: one written again would be no change
    RouteChanges(RouteFiles files, int port, int generation) {
        this.files = files;
        this.port = port;
        this.generation = generation;
    }

    /// Of the last change. Not while changes go on.
    int generation() {
        return generation;
    }

    /// From the rename of its file until an answer says so, in the order of the changes. Not while changes go on.
    List<Double> liveMs() {
        return List.copyOf(liveMs);
    }

    void begin() {
        isOver = false;
        thread = Thread.ofPlatform().name("route-changes").start(this::change);
    }

    /// Ends with the change under way.
    ///
    /// @throws IOException when one did not go live
    void end() throws IOException {
        isOver = true;
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (failure != null) {
            throw new IOException("a route was not changed: " + failure.getMessage(), failure);
        }
    }

    private void change() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (!isOver) {
                int route = ++generation * 7 % ChangingRoutes.ROUTES; // not next to each other in the index
                files.write(route, generation);
                long sinceNs = System.nanoTime();
                while (!isLive(socket, in, route)) {
                    if (System.nanoTime() - sinceNs > LIVE_MAX_NS) {
                        throw new IOException("route " + route + " is as before after a minute");
                    }
                    Thread.sleep(ASK_EVERY_MS);
                }
                liveMs.add((System.nanoTime() - sinceNs) / 1e6);
            }
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isLive(Socket socket, InputStream in, int route) throws IOException {
        String request = "GET / HTTP/1.1\r\nHost: " + RouteFiles.host(Integer.toString(route)) + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        String head = head(in);
        String length = field(head, "content-length");
        in.skipNBytes(length.isEmpty() ? 0 : Long.parseLong(length));
        if (!head.startsWith("HTTP/1.1 200")) {
            throw new IOException(
                    "route " + route + " answers " + head.lines().findFirst().orElse("nothing"));
        }
        return field(head, RouteFiles.GENERATION).equals(Integer.toString(generation));
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0 || head.length() > HEAD_MAX_BYTES) {
                throw new IOException("no whole head: " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static String field(String head, String name) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }
}
