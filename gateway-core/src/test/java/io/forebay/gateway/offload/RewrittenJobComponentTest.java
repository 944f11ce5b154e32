package io.forebay.gateway.offload;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.gateway.tls.LeakWatch;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What filters make of requests whose calls come later.
@ExtendWith(LeakWatch.class)
class RewrittenJobComponentTest {
    private static final String QUEUE = "{concurrency: 1}";
    private static final String REWRITE =
            "filters: [{type: URLRewrite, urlRewrite: {hostname: inner.example, path: {type: ReplacePrefixMatch, replacePrefixMatch: /v2}}}]";
    private static final String OF_BACKEND =
            "name: reports, filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-side, value: one}]}}]}]";

    @TempDir
    private Path folder;

    private static String rewriting(String policy, String route) {
        String rule = "value: /" + route + "}}]\n";
        assertThat(policy).contains(rule);
        return policy.replace(rule, rule + "    " + REWRITE + "\n");
    }

    @Test
    void attemptsTellTheUpstreamTheRewrittenHostAndPath() throws Exception {
        try (JobFixture jobs = JobFixture.start(folder, QUEUE)) {
            String policy = rewriting(JobFixture.policy(jobs.upstream.port(), QUEUE), "always");
            jobs.gateway.apply(policy.replace("name: reports}]", OF_BACKEND));
            jobs.awaitState(jobs.submit("/always/menu?a=b", "order"), "succeeded");
            TestUpstream.Call call = jobs.upstream.awaitCall();
            assertThat(call.head().getFirst()).isEqualTo("POST /v2/menu?a=b HTTP/1.1");
            assertThat(call.field("host")).isEqualTo("inner.example");
            assertThat(call.field("x-side")).isEqualTo("one");
            assertThat(call.text()).isEqualTo("order");
        }
    }

    /// The rule of the moment decides, as for its backends: the job keeps what the client wrote.
    @Test
    void jobIsRewrittenByItsRuleAsItIsWhenItRuns() throws Exception {
        try (JobFixture jobs = JobFixture.start(folder, QUEUE)) {
            String plain = JobFixture.policy(jobs.upstream.port(), QUEUE);
            CountDownLatch gate = new CountDownLatch(1);
            jobs.upstream.answering(call -> {
                gate.await();
                call.answer(200, "", "ok");
            });
            String first = jobs.submit("/always/1", "order");
            assertThat(jobs.upstream.awaitCall().head().getFirst()).isEqualTo("POST /always/1 HTTP/1.1");
            String second = jobs.submit("/always/2", "order");
            jobs.gateway.apply(rewriting(plain, "always"));
            gate.countDown();
            jobs.awaitState(first, "succeeded");
            jobs.awaitState(second, "succeeded");
            assertThat(jobs.upstream.awaitCall().head().getFirst()).isEqualTo("POST /v2/2 HTTP/1.1");
        }
    }

    @Test
    void callThatIsHandedOverIsRewrittenOnce() throws Exception {
        try (JobFixture jobs = JobFixture.start(folder, QUEUE)) {
            jobs.gateway.apply(rewriting(JobFixture.policy(jobs.upstream.port(), QUEUE), "slow"));
            CountDownLatch gate = new CountDownLatch(1);
            jobs.upstream.answering(call -> {
                gate.await();
                call.answer(200, "", "ok");
            });
            String job = jobs.submit("/slow/menu", "order");
            gate.countDown();
            jobs.awaitState(job, "succeeded");
            assertThat(jobs.upstream.awaitCall().head().getFirst()).isEqualTo("POST /v2/menu HTTP/1.1");
            assertThat(jobs.upstream.calls).isEmpty();
        }
    }
}
