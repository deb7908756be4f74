package dev.lamina.serve;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Settings of a service as they stand in a flow file: text, numbers, lists and maps of text.
/// Reading one checks it.
///
/// @param base directory that paths are relative to
public record Settings(Path base, SequencedMap<String, Object> values) {
    public static final Settings NONE = new Settings(new LinkedHashMap<>());

    public Settings {
        values = new LinkedHashMap<>(values);
    }

    /// Settings whose paths are relative to the working directory.
    public Settings(SequencedMap<String, Object> values) {
        this(Path.of(""), values);
    }

    /// A path as it was given, from the base.
    public Path resolve(String path) {
        return base.resolve(path);
    }

    /// Refuses settings that the kind does not know.
    ///
    /// @throws BadInputException naming the first of them
    public Settings only(String... known) {
        Set<String> names = Set.of(known);
        for (String name : values.keySet()) {
            BadInputException.check(
                    names.contains(name),
                    "unknown setting '" + Shown.plain(name) + "'",
                    known.length == 0
                            ? "leave it out: there are none"
                            : "take " + String.join(", ", known));
        }
        return this;
    }

    /// A text; the default if it is left out.
    public String text(String name, String otherwise) {
        String given = text(name);
        return given == null ? otherwise : given;
    }

    /// A text, or null.
    public @Nullable String text(String name) {
        Object value = values.get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof String s) {
            return s;
        }
        throw wrong(name, value, "a text");
    }

    /// A whole number in a range; the default if it is left out.
    public int integer(String name, int otherwise, int least, int most) {
        Object value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Integer i && i >= least && i <= most) {
            return i;
        }
        throw wrong(name, value, "a whole number from " + least + " to " + most);
    }

    /// Whether something is to be so; the default if it is left out.
    public boolean flag(String name, boolean otherwise) {
        Object value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Boolean b) {
            return b;
        }
        throw wrong(name, value, "true or false");
    }

    /// A list of texts, in order; none if it is left out.
    public List<String> texts(String name) {
        Object value = values.get(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list && list.stream().allMatch(e -> e instanceof String)) {
            return list.stream().map(e -> (String) e).toList();
        }
        throw wrong(name, value, "a list of texts");
    }

    /// Texts by name, in order; none if it is left out.
    public SequencedMap<String, String> named(String name) {
        SequencedMap<String, String> named = new LinkedHashMap<>();
        Object value = values.get(name);
        if (value == null) {
            return named;
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong(name, value, "a map of texts");
        }
        map.forEach((key, text) -> {
            if (!(key instanceof String k) || !(text instanceof String t)) {
                throw wrong(name, value, "a map of texts");
            }
            named.put(k, t);
        });
        return named;
    }

    /// A list of maps, in order; none if it is left out.
    public List<SequencedMap<String, Object>> maps(String name) {
        Object value = values.get(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw wrong(name, value, "a list of maps");
        }
        List<SequencedMap<String, Object>> maps = new ArrayList<>();
        for (Object element : list) {
            if (!(element instanceof Map<?, ?> map)) {
                throw wrong(name, element, "a map");
            }
            SequencedMap<String, Object> copy = new LinkedHashMap<>();
            map.forEach((key, entry) -> copy.put(String.valueOf(key), entry));
            maps.add(copy);
        }
        return maps;
    }

    private static BadInputException wrong(String name, Object value, String wanted) {
        return new BadInputException(
                name + ": " + Shown.quoted(String.valueOf(value)) + " is not " + wanted,
                "mend the setting");
    }
}
