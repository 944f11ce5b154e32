package io.forebay.perf;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `perf bench [REGEX]`: the JMH benchmarks of `io.forebay.perf.bench`, with JMH's own defaults where a benchmark sets
/// none.
@Command(name = "bench", mixinStandardHelpOptions = true, description = "Runs the JMH microbenchmarks.")
final class BenchCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "REGEX", defaultValue = ".*", description = "which (default: all)")
    private String pattern = ".*";

    @Override
    public Integer call() throws Exception {
        org.openjdk.jmh.Main.main(new String[] {pattern});
        return 0;
    }
}
