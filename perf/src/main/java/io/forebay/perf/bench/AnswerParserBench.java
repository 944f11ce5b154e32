package io.forebay.perf.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.forebay.perf.load.AnswerParser;
import io.forebay.perf.load.AnswerParser.MalformedAnswer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What the generator itself spends on an answer in user space: a proxy's head and a body of 1 KiB.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AnswerParserBench {
    private final AnswerParser parser = new AnswerParser();
    private final byte[] answer = """
            HTTP/1.1 200 OK\r
            server: nginx\r
            date: Mon, 23 Nov 2026 20:00:00 GMT\r
            content-type: text/plain\r
            content-length: 1024\r
            last-modified: Mon, 23 Nov 2026 19:00:00 GMT\r
            accept-ranges: bytes\r
            \r
            """.concat("x".repeat(1024)).getBytes(US_ASCII);

    /// The whole answer in one read, as it arrives from a proxy on the same machine.
    @Benchmark
    public boolean answerInOneRead() throws MalformedAnswer {
        parser.begin(false);
        parser.feed(answer, 0, answer.length);
        return parser.isDone();
    }
}
