package io.forebay.perf.load;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import io.forebay.perf.load.BrokerLoad.Confirms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLongArray;

/// Persistent messages to one quorum queue with publisher confirms, so many unconfirmed at a time, over one channel.
/// The queue is cut at 100,000 messages, so that memory is not what is measured.
final class AmqpPublisher implements BrokerLoad.Publisher, Runnable {
    private static final String QUEUE = "jobs";
    private static final long CONFIRMED = Long.MIN_VALUE;
    private static final AMQP.BasicProperties PERSISTENT = MessageProperties.MINIMAL_PERSISTENT_BASIC;

    private final Connection connection;
    private final Channel channel;
    private final byte[] body;
    private final Confirms confirms;
    private final Semaphore places;
    private final AtomicLongArray sentNs;
    private final Thread thread = new Thread(this, "amqp-publisher");
    private long confirmedTo;
    private volatile boolean isClosed;

    private AmqpPublisher(Connection connection, int inFlight, byte[] body, Confirms confirms) throws IOException {
        this.connection = connection;
        this.channel = connection.createChannel();
        this.body = body;
        this.confirms = confirms;
        this.places = new Semaphore(inFlight);
        this.sentNs = new AtomicLongArray(Integer.highestOneBit(2 * inFlight) * 2);
    }

    static AmqpPublisher start(int port, int inFlight, byte[] body, Confirms confirms) throws IOException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        factory.setAutomaticRecoveryEnabled(false);
        try {
            AmqpPublisher publisher = new AmqpPublisher(factory.newConnection(), inFlight, body, confirms);
            publisher.declare();
            publisher.thread.start();
            return publisher;
        } catch (TimeoutException e) {
            throw new IOException("rabbitmq does not answer", e);
        }
    }

    private void declare() throws IOException {
        channel.queueDeclare(
                QUEUE,
                true,
                false,
                false,
                Map.of("x-queue-type", "quorum", "x-max-length", 100_000, "x-overflow", "drop-head"));
        channel.confirmSelect();
        channel.addConfirmListener(this::confirmed, (number, multiple) -> {
            throw new IOException("rabbitmq refused message " + number);
        });
    }

    /// On the connection's own thread.
    private void confirmed(long number, boolean isMultiple) {
        long nowNs = System.nanoTime();
        long from = isMultiple ? confirmedTo + 1 : number;
        for (long each = from; each <= number; each++) {
            long sinceNs = sentNs.getAndSet(place(each), CONFIRMED);
            // One in the middle may have been confirmed before the many around it.
            if (sinceNs != CONFIRMED) {
                confirms.confirmed(nowNs - sinceNs);
                places.release();
            }
        }
        confirmedTo = isMultiple ? Math.max(confirmedTo, number) : confirmedTo;
    }

    private int place(long number) {
        return (int) (number & (sentNs.length() - 1));
    }

    @Override
    public void run() {
        try {
            while (!isClosed) {
                if (places.tryAcquire(100, TimeUnit.MILLISECONDS)) {
                    sentNs.set(place(channel.getNextPublishSeqNo()), System.nanoTime());
                    channel.basicPublish("", QUEUE, PERSISTENT, body);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connection.close();
    }
}
