package io.forebay.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class RequestTeeTest {
    private final TeeBudget budget = new TeeBudget();
    private final RequestTee tee = new RequestTee(budget);

    private static ByteBuf bytes(int count) {
        ByteBuf bytes = Unpooled.buffer(count);
        for (int i = 0; i < count; i++) {
            bytes.writeByte(i);
        }
        return bytes;
    }

    @Test
    void keepsAllPiecesAndLeavesTheInput() {
        tee.begin(10_000);
        ByteBuf in = bytes(3000);
        tee.add(in, 2000);
        assertThat(in.readerIndex()).isZero();
        tee.add(in.skipBytes(2000), 1000);
        assertThat(tee.bytes()).isEqualTo(bytes(3000).array());
    }

    @Test
    void bodyBeyondTheBoundIsNotKeptAtAll() {
        tee.begin(2000);
        tee.add(bytes(1500), 1500);
        tee.add(bytes(501), 501);
        assertThat(tee.bytes()).isNull();
        tee.add(bytes(1), 1);
        assertThat(tee.bytes()).isNull();
    }

    @Test
    void emptyBodyIsKept() {
        tee.begin(2000);
        assertThat(tee.bytes()).isEmpty();
    }

    @Test
    void nothingIsKeptWhenTheLoopsBudgetIsSpent() {
        assertThat(budget.tryTake(TeeBudget.BYTES_MAX - 1024)).isTrue();
        tee.begin(64_000);
        tee.add(bytes(1000), 1000);
        tee.add(bytes(1000), 1000);
        assertThat(tee.bytes()).isNull();
        assertThat(budget.tryTake(1024)).as("given back").isTrue();
    }
}
