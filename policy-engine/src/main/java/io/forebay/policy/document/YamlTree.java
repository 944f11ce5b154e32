package io.forebay.policy.document;

import io.forebay.policy.document.Yaml.Entry;
import io.forebay.policy.document.Yaml.ScalarType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.Parser;

/// Builds [Yaml] trees from the events of one part of a file. Working on events rather than composed nodes keeps
/// the bounds in front of the work: nesting is checked before recursing, an alias is charged with the full size of
/// what it repeats before it is used, and a duplicate key is found where it stands.
final class YamlTree {

    /// Deepest nesting of mappings and lists.
    static final int DEPTH_MAX = 64;

    /// Most values in the documents of one part, each alias counted with all it repeats.
    static final int NODES_MAX = 200_000;

    private static final int SHARED_CHARS_MAX = 40;

    /// A value beyond a bound, or a construct that policy files do not use.
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final transient Position at;
        final String expected;

        Refused(Position at, String message, String expected) {
            super(message);
            this.at = at;
            this.expected = expected;
        }

        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    /// A fault that leaves the rest of its document readable.
    record Defect(Position at, String message, String expected) {}

    /// One document as it was read, with what is wrong in it so far.
    record Tree(Yaml root, List<Defect> defects) {}

    private record Anchored(Yaml value, int nodes) {}

    private final String file;
    private final int firstLine;
    private final LoadSettings settings;
    private final Consumer<Tree> documents;
    private final Map<Anchor, Anchored> anchors = new HashMap<>();
    private final List<Defect> defects = new ArrayList<>();
    private int nodes;

    YamlTree(String file, int firstLine, LoadSettings settings, Consumer<Tree> documents) {
        this.file = file;
        this.firstLine = firstLine;
        this.settings = settings;
        this.documents = documents;
    }

    Position position(Mark mark) {
        return new Position(file, firstLine + mark.getLine(), mark.getColumn() + 1);
    }

    void read(Parser events) {
        while (events.hasNext()) {
            Event event = events.next();
            switch (event.getEventId()) {
                case DocumentStart -> {
                    anchors.clear();
                    defects.clear();
                }
                case StreamStart, StreamEnd, DocumentEnd, Comment -> {}
                case Alias, Scalar, SequenceStart, SequenceEnd, MappingStart, MappingEnd -> {
                    Yaml root = value(events, event, 0);
                    if (!isNothing(root)) {
                        documents.accept(new Tree(root, List.copyOf(defects)));
                    }
                }
            }
        }
    }

    private static boolean isNothing(Yaml root) {
        return root instanceof Yaml.Scalar scalar && scalar.type() == ScalarType.NULL;
    }

    private Yaml value(Parser events, Event event, int depth) {
        int nodesBefore = nodes;
        Yaml value = switch (event) {
            case AliasEvent alias -> repeated(alias);
            case ScalarEvent scalar -> scalar(scalar);
            case CollectionStartEvent collection -> collection(events, collection, depth + 1);
            default -> throw new IllegalStateException("no value begins with " + event);
        };
        if (event instanceof NodeEvent node && !(event instanceof AliasEvent)) {
            charge(1, value.at());
            node.getAnchor().ifPresent(anchor -> anchors.put(anchor, new Anchored(value, nodes - nodesBefore)));
        }
        return value;
    }

    private void charge(int more, Position at) {
        nodes += more;
        if (nodes > NODES_MAX) {
            throw new Refused(at, "the document is too large once aliases are expanded", NODES_MAX + " values at most");
        }
    }

    private Yaml repeated(AliasEvent alias) {
        Position at = at(alias);
        Anchored anchored = anchors.get(alias.getAlias());
        if (anchored == null) {
            throw new Refused(
                    at, "the alias *" + alias.getAlias() + " has no anchor before it", "an anchor that ended earlier");
        }
        charge(anchored.nodes(), at);
        return anchored.value();
    }

    private Yaml scalar(ScalarEvent event) {
        refuseTag(event, event.getTag());
        String text = shared(event.getValue());
        if (!event.isPlain()) {
            return new Yaml.Scalar(at(event), ScalarType.STRING, text);
        }
        Tag tag = settings.getSchema().getScalarResolver().resolve(text, true);
        return new Yaml.Scalar(at(event), type(tag), text);
    }

    /// Names of fields, kinds and objects stand in thousands of files; they are kept once.
    private static String shared(String text) {
        return text.length() <= SHARED_CHARS_MAX ? text.intern() : text;
    }

    private static ScalarType type(Tag tag) {
        if (tag.equals(Tag.INT)) {
            return ScalarType.INTEGER;
        } else if (tag.equals(Tag.FLOAT)) {
            return ScalarType.DECIMAL;
        } else if (tag.equals(Tag.BOOL)) {
            return ScalarType.BOOLEAN;
        } else if (tag.equals(Tag.NULL)) {
            return ScalarType.NULL;
        }
        return ScalarType.STRING;
    }

    private Yaml collection(Parser events, CollectionStartEvent start, int depth) {
        if (depth > DEPTH_MAX) {
            throw new Refused(at(start), "the value is nested too deep", DEPTH_MAX + " levels at most");
        }
        refuseTag(start, start.getTag());
        return start.getEventId() == Event.ID.MappingStart
                ? mapping(events, start, depth)
                : sequence(events, start, depth);
    }

    private Yaml sequence(Parser events, Event start, int depth) {
        List<Yaml> items = new ArrayList<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
            items.add(value(events, next, depth));
        }
        return new Yaml.Sequence(at(start), items);
    }

    private Yaml mapping(Parser events, Event start, int depth) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (Event next = events.next(); next.getEventId() != Event.ID.MappingEnd; next = events.next()) {
            Yaml key = value(events, next, depth);
            if (!(key instanceof Yaml.Scalar(var keyAt, var type, var name))) {
                throw new Refused(key.at(), "the key is " + key.found(), "a plain name as key");
            }
            Entry entry = new Entry(keyAt, value(events, events.next(), depth));
            Entry earlier = entries.putIfAbsent(name, entry);
            if (earlier != null) {
                defects.add(new Defect(
                        keyAt,
                        "the key \"" + name + "\" stands twice",
                        "one entry; the first is on line " + earlier.keyAt().line()));
            }
        }
        return new Yaml.Mapping(at(start), entries);
    }

    private void refuseTag(Event event, Optional<String> tag) {
        if (tag.isPresent()) {
            throw new Refused(
                    at(event), "the tag " + tag.get() + " is not used in policy files", "a value without tag");
        }
    }

    private Position at(Event event) {
        return event.getStartMark().map(this::position).orElse(new Position(file, firstLine, 1));
    }
}
