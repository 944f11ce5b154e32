package io.forebay.main.explain;

import io.forebay.policy.document.Document;
import io.forebay.policy.document.Kind;
import io.forebay.policy.document.ObjectKey;
import io.forebay.policy.document.Position;
import io.forebay.policy.document.Yaml;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the objects of a policy folder and the parts of them are written, by the ids that the compiled policy bears.
final class PolicyPlaces {
    private final Map<ObjectKey, Document> documents = new HashMap<>();

    PolicyPlaces(List<Document> documents) {
        documents.forEach(document -> this.documents.putIfAbsent(document.key(), document));
    }

    /// Where an object begins: `file:line`, or empty where no file has it.
    ///
    /// @param id namespace/name
    String of(Kind kind, String id) {
        Document document = find(kind, id);
        return document == null ? "" : place(document.header().at());
    }

    /// Where a listener is written.
    ///
    /// @param id namespace/gateway/listener
    String ofListener(String id) {
        String[] parts = id.split("/", 3);
        return item(find(Kind.GATEWAY, parts[0] + "/" + parts[1]), "listeners", parts[2]);
    }

    /// The rule by its route's name and its own.
    ///
    /// @param id as [io.forebay.policy.route.RouteRule#id] has it
    Explanation.Route route(String id) {
        Kind kind = id.startsWith("GRPCRoute/") ? Kind.GRPC_ROUTE : Kind.HTTP_ROUTE;
        String[] parts = (kind == Kind.GRPC_ROUTE ? id.substring("GRPCRoute/".length()) : id).split("/", 3);
        Document document = find(kind, parts[0] + "/" + parts[1]);
        return new Explanation.Route(
                kind.kindName() + " " + parts[0] + "/" + parts[1], parts[2], item(document, "rules", parts[2]));
    }

    private @Nullable Document find(Kind kind, String id) {
        int slash = id.indexOf('/');
        return slash < 0 ? null : documents.get(new ObjectKey(kind, id.substring(0, slash), id.substring(slash + 1)));
    }

    /// An entry of a list by its name, or by its index where it has none.
    private static String item(@Nullable Document document, String list, String name) {
        if (document == null) {
            return "";
        }
        if (document.header().root().value("spec") instanceof Yaml.Mapping spec
                && spec.value(list) instanceof Yaml.Sequence(var at, var items)) {
            for (int i = 0; i < items.size(); i++) {
                if (items.get(i) instanceof Yaml.Mapping item) {
                    String own = item.text("name");
                    if (name.equals(own) || (own == null && name.equals(Integer.toString(i)))) {
                        return place(item.at());
                    }
                }
            }
        }
        return place(document.header().at());
    }

    private static String place(Position at) {
        return at.file() + ":" + at.line();
    }
}
