package io.forebay.policy.route;

import io.forebay.policy.HeaderName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The conditions of one match of an HTTPRoute or GRPCRoute; all must hold.
///
/// @param method as the client must send it, or null for any
public record RouteMatch(
        PathMatch path, @Nullable String method, List<HeaderMatch> headers, List<QueryMatch> queryParams) {

    /// Matches every request: what an HTTPRoute rule without matches means.
    public static final RouteMatch ANY = new RouteMatch(PathMatch.prefix("/"), null, List.of(), List.of());

    public RouteMatch {
        headers = List.copyOf(headers);
        queryParams = List.copyOf(queryParams);
    }

    public static RouteMatch of(PathMatch path) {
        return new RouteMatch(path, null, List.of(), List.of());
    }

    /// How a path is compared.
    public enum PathKind {
        EXACT,
        /// By whole segments; a trailing slash of the value has no meaning.
        PREFIX,
        /// The whole path, without the query, by a [io.forebay.policy.expression.RegularExpression].
        REGULAR_EXPRESSION,
        /// By the second of two segments: a method of gRPC, whatever its service.
        GRPC_METHOD
    }

    /// How the value of a header or a query parameter is compared.
    public enum ValueKind {
        EXACT,
        /// The whole value, by a [io.forebay.policy.expression.RegularExpression].
        REGULAR_EXPRESSION
    }

    /// A path condition.
    public record PathMatch(PathKind kind, String value) {
        public PathMatch {
            boolean isPath = kind == PathKind.EXACT || kind == PathKind.PREFIX;
            if (isPath && !value.startsWith("/")) {
                throw new IllegalArgumentException("path '" + value + "' does not start with /");
            }
        }

        public static PathMatch exact(String value) {
            return new PathMatch(PathKind.EXACT, value);
        }

        public static PathMatch prefix(String value) {
            return new PathMatch(PathKind.PREFIX, value);
        }

        public static PathMatch regularExpression(String value) {
            return new PathMatch(PathKind.REGULAR_EXPRESSION, value);
        }

        /// A call of whatever service.
        ///
        /// @param method the name of a method of gRPC
        public static PathMatch grpcMethod(String method) {
            return new PathMatch(PathKind.GRPC_METHOD, method);
        }
    }

    /// A header whose first field line has this value.
    public record HeaderMatch(HeaderName name, ValueKind kind, String value) {
        public HeaderMatch(HeaderName name, String value) {
            this(name, ValueKind.EXACT, value);
        }
    }

    /// A query parameter whose first occurrence, percent-decoded, has this value.
    public record QueryMatch(String name, ValueKind kind, String value) {
        public QueryMatch(String name, String value) {
            this(name, ValueKind.EXACT, value);
        }
    }
}
