package io.forebay.gateway.proxy;

import io.forebay.gateway.http.BodyTap;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/// Those who see one request's body, as one.
final class BodyTaps implements BodyTap {
    private final List<BodyTap> taps = new ArrayList<>(1);

    void add(BodyTap tap) {
        taps.add(tap);
    }

    boolean isEmpty() {
        return taps.isEmpty();
    }

    @Override
    public void onBody(ByteBuf in, int bytes) {
        taps.forEach(tap -> tap.onBody(in, bytes));
    }

    @Override
    public void onBodyEnd() {
        taps.forEach(BodyTap::onBodyEnd);
    }

    @Override
    public void onBodyLost() {
        taps.forEach(BodyTap::onBodyLost);
    }
}
