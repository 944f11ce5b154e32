"""What the clients in Python share: what is sent and expected, and a line of output a case."""

import hashlib

GET_BYTES = 100_000
PIECES = 7
PIECE_BYTES = 10_000
LIMIT_SECONDS = 30


def pattern(count):
    alphabet = b"abcdefghijklmnopqrstuvwxyz"
    return (alphabet * (count // len(alphabet) + 1))[:count]


BODY = pattern(PIECES * PIECE_BYTES)


def run(client):
    """Runs the cases of a client: its methods of these names."""
    for name in ("get", "post", "chunked", "expect", "redirect", "streaming"):
        try:
            getattr(client, name)()
            print("PASS", name, flush=True)
        except Exception as fault:  # whatever it is, it is this case's result
            print(f"FAIL {name}: {fault!r}".replace("\n", " "), flush=True)


def same(what, wanted, got):
    if wanted != got:
        raise AssertionError(f"{what}: expected {wanted!r}, got {got!r}")


def same_pattern(count, got):
    if got != pattern(count):
        raise AssertionError(f"another body than expected, of {len(got)} bytes")


def received(framing):
    """What the origin says of BODY."""
    return f"{framing} {len(BODY)} {hashlib.sha256(BODY).hexdigest()}\n"


def pieces():
    for i in range(PIECES):
        yield BODY[i * PIECE_BYTES : (i + 1) * PIECE_BYTES]


def follow(lines, acknowledge):
    """Reads server-sent events as they come, and says of each that it is here before it asks for the next."""
    events = []
    for line in lines:
        if line.startswith("data: "):
            events.append(line.strip()[len("data: ") :])
            acknowledge(events[-1].split(" ")[0])
    same("events", ["1", "2", "3", "4", "5"], events)
