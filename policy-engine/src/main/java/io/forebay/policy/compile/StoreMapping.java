package io.forebay.policy.compile;

import io.forebay.policy.HeaderName;
import io.forebay.policy.QueuePolicy;
import io.forebay.policy.access.AuthorizationRule;
import io.forebay.policy.access.AuthorizationRules;
import io.forebay.policy.access.QueuePermissions;
import io.forebay.policy.document.ByteSize;
import io.forebay.policy.document.Document;
import io.forebay.policy.document.QueueSpec;
import io.forebay.policy.schema.QueueSchemas;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Queues as the runtime wants them, with the defaults of [QueuePolicy].
final class StoreMapping {

    private static final String OWNER = "forebay.io/owner";

    private StoreMapping() {}

    static QueuePolicy queue(Document.Queue queue, Material material) {
        QueueSpec spec = queue.spec();
        return new QueuePolicy(
                PolicyMapping.id(queue.key()),
                queue.header().annotations().get(OWNER),
                spec.concurrency() == null ? QueuePolicy.CONCURRENCY_DEFAULT : spec.concurrency(),
                rate(spec.dispatchRate()),
                ms(spec.attemptTimeout(), QueuePolicy.ATTEMPT_TIMEOUT_DEFAULT_MS),
                retry(spec.retry()),
                limits(spec.limits(), spec.schema() == null ? Long.MAX_VALUE : QueueSchemas.BODY_BYTES_MAX),
                retention(spec.retention()),
                spec.workers() == QueueSpec.Workers.PULL,
                ms(spec.leaseTerm(), QueuePolicy.LEASE_TERM_DEFAULT_MS),
                permissions(spec.permissions()),
                spec.orderingKey() == null
                        ? null
                        : HeaderName.of(spec.orderingKey().header()),
                tenants(spec.tenants()),
                perKey(spec.perKey()),
                switch (spec.partialResults()) {
                    case null -> QueuePolicy.PartialResults.AUTO;
                    case AUTO -> QueuePolicy.PartialResults.AUTO;
                    case ALWAYS -> QueuePolicy.PartialResults.ALWAYS;
                    case NEVER -> QueuePolicy.PartialResults.NEVER;
                },
                SchemaChecks.schemas(spec.schema(), material));
    }

    private static QueuePolicy.@Nullable DispatchRate rate(QueueSpec.@Nullable DispatchRate rate) {
        return rate == null
                ? null
                : new QueuePolicy.DispatchRate(
                        rate.jobs(), rate.unit().seconds() * 1_000, rate.burst() == null ? 1 : rate.burst());
    }

    private static QueuePolicy.@Nullable PerKey perKey(QueueSpec.@Nullable PerKey perKey) {
        return perKey == null
                ? null
                : new QueuePolicy.PerKey(
                        PolicyMapping.key(perKey.key()), perKey.concurrency(), rate(perKey.dispatchRate()));
    }

    private static QueuePolicy.Tenants tenants(QueueSpec.@Nullable Tenants tenants) {
        if (tenants == null) {
            return QueuePolicy.Tenants.DEFAULT;
        }
        Map<String, Integer> weights =
                tenants.weights().stream().collect(Collectors.toMap(QueueSpec.Weight::name, QueueSpec.Weight::weight));
        QueueSpec.TenantLimits limits = tenants.limits();
        return limits == null
                ? new QueuePolicy.Tenants(weights, QueuePolicy.Tenants.ANY, QueuePolicy.Tenants.ANY)
                : new QueuePolicy.Tenants(
                        weights,
                        limits.depth() == null ? QueuePolicy.Tenants.ANY : limits.depth(),
                        bytes(limits.bytes(), QueuePolicy.Tenants.ANY));
    }

    private static QueuePermissions permissions(List<QueueSpec.Permission> permissions) {
        boolean isEnqueueNamed =
                permissions.stream().anyMatch(permission -> permission.verbs().contains(QueueSpec.Verb.ENQUEUE));
        return new QueuePermissions(
                isEnqueueNamed ? who(permissions, QueueSpec.Verb.ENQUEUE) : null,
                who(permissions, QueueSpec.Verb.LEASE),
                who(permissions, QueueSpec.Verb.READ_ANY),
                who(permissions, QueueSpec.Verb.ADMIN));
    }

    private static AuthorizationRules who(List<QueueSpec.Permission> permissions, QueueSpec.Verb verb) {
        return new AuthorizationRules(
                AuthorizationRule.Action.DENY,
                permissions.stream()
                        .filter(permission -> permission.verbs().contains(verb))
                        .map(permission -> PolicyMapping.rule(
                                "permission", AuthorizationRule.Action.ALLOW, permission.principal()))
                        .toList());
    }

    private static QueuePolicy.Retry retry(QueueSpec.@Nullable Retry retry) {
        QueuePolicy.Retry defaults = QueuePolicy.Retry.DEFAULT;
        if (retry == null) {
            return defaults;
        }
        QueueSpec.Backoff backoff = retry.backoff() == null ? new QueueSpec.Backoff(null, null) : retry.backoff();
        long maxMs = ms(backoff.max(), Math.max(defaults.backoffMaxMs(), ms(backoff.base(), 0)));
        return new QueuePolicy.Retry(
                retry.attempts() == null ? defaults.attempts() : retry.attempts(),
                ms(backoff.base(), Math.min(defaults.backoffBaseMs(), maxMs)),
                maxMs,
                switch (retry.onInterrupted()) {
                    case null -> defaults.onInterrupted();
                    case FAIL -> QueuePolicy.OnInterrupted.FAIL;
                    case RETRY -> QueuePolicy.OnInterrupted.RETRY;
                });
    }

    /// @param bodyBytesMax what bodies may have at most, whatever is said
    private static QueuePolicy.Limits limits(QueueSpec.@Nullable Limits said, long bodyBytesMax) {
        QueuePolicy.Limits defaults = QueuePolicy.Limits.DEFAULT;
        QueueSpec.Limits limits = said == null ? new QueueSpec.Limits(null, null, null, null, null) : said;
        return new QueuePolicy.Limits(
                limits.depth() == null ? defaults.depth() : limits.depth(),
                bytes(limits.bytes(), defaults.bytes()),
                Math.min(bodyBytesMax, bytes(limits.maxBody(), defaults.maxBodyBytes())),
                bytes(limits.maxResult(), defaults.maxResultBytes()),
                ms(limits.maxWait(), defaults.maxWaitMs()));
    }

    private static QueuePolicy.Retention retention(QueueSpec.@Nullable Retention retention) {
        QueuePolicy.Retention defaults = QueuePolicy.Retention.DEFAULT;
        return retention == null
                ? defaults
                : new QueuePolicy.Retention(
                        ms(retention.result(), defaults.resultMs()),
                        ms(retention.deadLetter(), defaults.deadLetterMs()));
    }

    private static long ms(@Nullable Duration duration, long defaultMs) {
        return duration == null ? defaultMs : duration.toMillis();
    }

    private static long bytes(@Nullable ByteSize size, long defaultBytes) {
        return size == null ? defaultBytes : size.bytes();
    }
}
