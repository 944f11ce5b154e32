package io.forebay.gateway.offload;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Follows a job over HTTP/1.0, so that what comes is the events and nothing else.
final class EventReader implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;
    private final List<String> head = new ArrayList<>();
    private String retryMs = "";

    /// One event as it came.
    record Event(String name, String id, String data) {
        String text() {
            return name + (id.isEmpty() ? "" : " " + id) + " " + data;
        }
    }

    private EventReader(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
        this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    static EventReader follow(JobFixture fixture, String job, String lastEventId) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.gateway.port());
        String resume = lastEventId.isEmpty() ? "" : "last-event-id: " + lastEventId + "\r\n";
        socket.getOutputStream()
                .write(("GET " + job + "/events HTTP/1.0\r\nhost: shop.test\r\nauthorization: Bearer " + fixture.amina
                                + "\r\n" + resume + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        EventReader reader = new EventReader(socket);
        for (String line = reader.in.readLine(); line != null && !line.isEmpty(); line = reader.in.readLine()) {
            reader.head.add(line);
        }
        return reader;
    }

    List<String> head() {
        return head;
    }

    /// The next event; null at the end of the stream.
    @org.jspecify.annotations.Nullable
    Event next() throws IOException {
        String name = "";
        String id = "";
        String data = "";
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("event: ")) {
                name = line.substring(7);
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("retry: ")) {
                retryMs = line.substring(7);
            } else if (line.startsWith("data: ")) {
                data = line.substring(6);
            } else if (line.isEmpty() && !name.isEmpty()) {
                return new Event(name, id, data);
            }
        }
        return null;
    }

    /// The next event of this name; those between are left out.
    Event next(String name) throws IOException {
        for (Event event = next(); event != null; event = next()) {
            if (event.name().equals(name)) {
                return event;
            }
        }
        throw new AssertionError("the stream ended before an event " + name);
    }

    /// After how long the stream says to come again, or empty.
    String retryMs() {
        return retryMs;
    }

    /// All that is still to come.
    List<String> rest() throws IOException {
        List<String> events = new ArrayList<>();
        for (Event event = next(); event != null; event = next()) {
            events.add(event.text());
        }
        return events;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
