package io.forebay.gateway.explain;

import io.forebay.gateway.explain.Trial.End;
import io.forebay.gateway.explain.Trial.Step;
import io.forebay.gateway.http.Connection;
import io.forebay.gateway.http.ConnectionAddresses;
import io.forebay.gateway.http.Exchange;
import io.forebay.gateway.http.FieldLines;
import io.forebay.gateway.http.JobExchange;
import io.forebay.gateway.http.LoopContext;
import io.forebay.gateway.http.Malformed;
import io.forebay.gateway.http.RequestHandler;
import io.forebay.gateway.http.RequestHead;
import io.forebay.gateway.http.ResponseHead;
import io.forebay.gateway.offload.OffloadTrial;
import io.forebay.gateway.problem.Problem;
import io.forebay.gateway.problem.ProblemCatalog;
import io.forebay.gateway.stage.Verdict;
import io.forebay.gateway.stage.Walk;
import io.forebay.policy.ListenerPolicy;
import io.forebay.policy.PeerIdentity;
import io.forebay.policy.PolicyMode;
import io.forebay.policy.PolicySnapshot;
import io.forebay.policy.Principal;
import io.forebay.policy.ServerName;
import io.forebay.policy.access.SecurityRule;
import io.forebay.policy.limit.LimitKeyText;
import io.forebay.policy.limit.LimitRule;
import io.forebay.policy.limit.LimitRules;
import io.forebay.policy.offload.OffloadRule;
import io.forebay.policy.route.RouteRule;
import io.forebay.policy.token.AssumedToken;
import io.forebay.policy.token.TokenCache;
import io.forebay.policy.token.TokenVerifier;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultEventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Takes one request through the gateway's own stages and decisions, on a loop of its own, and says what each decided.
/// Nothing is opened, called or stored. What only a running gateway knows (limits used up, endpoints that are down,
/// overload) is taken to be in the request's favour.
public final class RequestTrial {
    private final PolicySnapshot snapshot;
    private final String reservedPrefix;

    public RequestTrial(PolicySnapshot snapshot, String reservedPrefix) {
        this.snapshot = snapshot;
        this.reservedPrefix = reservedPrefix;
    }

    /// Blocks until it is done, a few milliseconds.
    ///
    /// @throws IllegalArgumentException if the assumed token has a claim of the wrong type
    public Trial of(TrialRequest request, long nowMs) {
        DefaultEventLoop eventLoop = new DefaultEventLoop();
        try {
            LoopContext loop = new LoopContext(0, eventLoop, ByteBufAllocator.DEFAULT, nowMs);
            return eventLoop.submit(() -> new Run(loop, request, nowMs).trial()).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException thrown) {
                throw thrown;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            eventLoop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
        }
    }

    /// One request on its way.
    private final class Run implements JobExchange.AnswerKeeper {
        private final LoopContext loop;
        private final TrialRequest request;
        private final long nowMs;
        private final List<Step> steps = new ArrayList<>();
        private @Nullable Problem problem;
        private @Nullable String location;
        private int status;

        Run(LoopContext loop, TrialRequest request, long nowMs) {
            this.loop = loop;
            this.request = request;
            this.nowMs = nowMs;
        }

        Trial trial() {
            RequestHead head = new RequestHead();
            Malformed malformed = fill(head);
            if (malformed != null) {
                return Trial.malformed(malformed, ProblemCatalog.of(malformed));
            }
            JobExchange client =
                    JobExchange.of(loop, new Ignoring(), request.address(), request.isTls(), request.port(), this);
            Exchange exchange = client.exchange();
            client.begin(snapshot, head);
            exchange.cameBy(connection());
            TokenCache believed = new TokenCache(16);
            boolean passes = new Walk(reservedPrefix, new TokenVerifier(believed))
                    .passes(exchange, (stage, verdict) -> {
                        said(exchange, stage, verdict);
                        if (stage.equals("Match") && verdict instanceof Verdict.Proceed) {
                            believe(exchange, believed);
                        }
                    });
            return result(exchange, passes);
        }

        private @Nullable Malformed fill(RequestHead head) {
            head.begin(request.method(), request.target(), request.authority());
            for (TrialRequest.Field field : request.headers()) {
                if (!head.add(field.name(), field.value())) {
                    return Malformed.HEADERS_TOO_MANY;
                }
            }
            if (request.bodyBytes() > 0 && !head.add("content-length", Long.toString(request.bodyBytes()))) {
                return Malformed.HEADERS_TOO_MANY;
            }
            Malformed problemOfHead = head.complete();
            if (problemOfHead == null && request.bodyBytes() < 0) {
                head.chunked(true);
            }
            return problemOfHead;
        }

        private Connection connection() {
            return Connection.of(
                    request.port(),
                    request.isTls(),
                    new PeerIdentity(request.address(), request.certificate()),
                    Connection.Trust.ALWAYS,
                    Connection.Hosts.ALL,
                    ServerName.of(request.serverName()),
                    ConnectionAddresses.UNKNOWN);
        }

        private void believe(Exchange exchange, TokenCache believed) {
            RouteRule rule = exchange.ruleOrNull();
            SecurityRule security = rule == null ? exchange.listener().jobsSecurity() : rule.security();
            String token = request.assumedToken();
            if (security != null && token != null) {
                AssumedToken.believe(believed, token, security.providers(), nowMs);
            }
        }

        private void said(Exchange exchange, String stage, Verdict verdict) {
            Step.Said said = switch (verdict) {
                case Verdict.Proceed _ -> Step.Said.PASSED;
                case Verdict.Taken _ -> Step.Said.ANSWERED;
                case Verdict.Refuse(var refusal) -> {
                    problem = ProblemCatalog.of(refusal);
                    yield Step.Said.REFUSED;
                }
                case Verdict.Fail(Problem failed) -> {
                    problem = failed;
                    yield Step.Said.REFUSED;
                }
            };
            boolean isNew = steps.stream().allMatch(step -> step.shadow() == null);
            steps.add(new Step(stage, said, isNew ? exchange.shadowReason() : null));
        }

        private Trial result(Exchange exchange, boolean passes) {
            boolean isMatched = steps.stream().anyMatch(step -> step.stage().equals("Match"))
                    && !steps.getLast().stage().equals("Match");
            boolean isFaulty = problem != null && problem.reason().equals("route-invalid");
            ListenerPolicy listener = isMatched || isFaulty ? exchange.listener() : null;
            RouteRule rule = exchange.ruleOrNull();
            Principal principal = exchange.principalOrNull();
            return new Trial(
                    steps,
                    listener,
                    rule,
                    principal,
                    steps.stream().anyMatch(step -> step.stage().equals("Throttle")) ? exchange.permit() : null,
                    listener == null || principal == null ? List.of() : counted(exchange, listener, principal),
                    end(exchange, passes));
        }

        private List<Trial.Counted> counted(Exchange exchange, ListenerPolicy listener, Principal principal) {
            RouteRule rule = exchange.ruleOrNull();
            LimitRules limits = rule == null ? listener.jobsLimits() : rule.limits();
            List<Trial.Counted> counted = new ArrayList<>();
            for (LimitRule limit : limits.rules()) {
                String key = LimitKeyText.of(
                        limit.key(),
                        exchange.head(),
                        principal,
                        exchange.connection().peer());
                counted.add(new Trial.Counted(limit, key));
            }
            return counted;
        }

        private End end(Exchange exchange, boolean passes) {
            if (problem != null) {
                return new End.Refused(problem);
            }
            if (!passes) {
                return new End.Answered(status, location);
            }
            RouteRule rule = exchange.ruleOrNull();
            if (rule == null) {
                return new End.JobEndpoint();
            }
            OffloadRule offload = rule.offload();
            OffloadTrial.Course course = offload == null || offload.mode() != PolicyMode.ENFORCE
                    ? new OffloadTrial.Course.Forward()
                    : OffloadTrial.of(exchange, offload, request.isBodyKnown() ? request.body() : null);
            return course instanceof OffloadTrial.Course.Refused(Problem refused)
                    ? new End.Refused(refused)
                    : new End.Dispatched(course);
        }

        @Override
        public void onHead(ResponseHead head, boolean hasBody) {
            status = head.status();
            FieldLines lines = head.fields();
            for (int i = 0; i < lines.count(); i++) {
                if (lines.nameText(i).equalsIgnoreCase("location")) {
                    location = lines.valueText(i);
                }
            }
        }

        @Override
        public void onBody(ByteBuf in, int bytes) {
            in.skipBytes(bytes);
        }

        @Override
        public void onEnd() {}

        @Override
        public boolean isWritable() {
            return true;
        }
    }

    /// Nobody hears of an exchange that nobody sent.
    private static final class Ignoring implements RequestHandler {
        @Override
        public void onRequest(Exchange exchange) {}

        @Override
        public void onMalformed(Exchange exchange, Malformed reason) {}

        @Override
        public void onHeadTimeout(Exchange exchange) {}

        @Override
        public void onEnd(Exchange exchange) {}
    }
}
