package dev.lamina.serve;

import dev.lamina.nn.FloatTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Loads services of text for tests and runs items through them.
final class TextServices implements AutoCloseable {
    static final Path RECIPES = Path.of("..", "recipes");

    private final ServiceKinds kinds = ServiceKinds.installed();
    private final List<Service> services = new ArrayList<>();

    /// @param settings names and values in turn
    static Settings settings(Object... settings) {
        SequencedMap<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            map.put((String) settings[i], settings[i + 1]);
        }
        return new Settings(RECIPES, map);
    }

    Service load(String kind, Object... settings) {
        Service service = kinds.get(kind).load(settings(settings));
        services.add(service);
        return service;
    }

    Signature signature(String kind, Object... settings) {
        return kinds.get(kind).signature(settings(settings));
    }

    /// Outputs of items that go through services one after another.
    static List<Map<String, Value>> run(List<Map<String, Value>> items, Service... through) {
        List<Map<String, Value>> values = items;
        for (Service service : through) {
            values = service.run(values).stream().map(Outcome::outputs).toList();
        }
        return values;
    }

    static List<Map<String, Value>> texts(List<String> texts) {
        return texts.stream()
                .map(text -> Map.<String, Value>of("text", new Value.Text(text)))
                .toList();
    }

    static List<Map<String, Value>> withAdapter(List<Map<String, Value>> items, String adapter) {
        return items.stream()
                .map(item -> {
                    Map<String, Value> more = new LinkedHashMap<>(item);
                    more.put("adapter", new Value.Text(adapter));
                    return more;
                })
                .toList();
    }

    static FloatTensor floats(Map<String, Value> values, String name) {
        return Inputs.floats(values, name);
    }

    static double difference(FloatTensor a, FloatTensor b) {
        double most = 0;
        for (int i = 0; i < a.size(); i++) {
            most = Math.max(most, Math.abs(a.values()[i] - b.values()[i]));
        }
        return a.size() == b.size() ? most : Double.POSITIVE_INFINITY;
    }

    @Override
    public void close() {
        services.forEach(Service::close);
    }
}
