package dev.lamina.media;

import dev.lamina.nn.FloatTensor;
import dev.lamina.serve.Outcome;
import dev.lamina.serve.Service;
import dev.lamina.serve.Settings;
import dev.lamina.serve.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Calls of services in a line.
final class Services {
    private Services() {}

    static Settings settings(Object... namesAndValues) {
        LinkedHashMap<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            values.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Settings(values);
    }

    static Map<String, Value> run(Service service, Map<String, Value> item) {
        return service.run(List.of(item)).getFirst().outputs();
    }

    /// The item of a recogniser, from that of a detector.
    static Map<String, Value> detected(Service detector, Value.Image picture) {
        Map<String, Value> found = run(detector, Map.of("image", picture));
        return Map.of("image", picture, "boxes", new Value.Floats(floats(found, "boxes")));
    }

    static List<String> lines(Outcome outcome) {
        return Inputs.text(outcome.outputs(), "text").lines();
    }

    static FloatTensor floats(Map<String, Value> values, String name) {
        return Inputs.floats(values, name);
    }

    static Value.Audio speech(Service synthesiser, String text) {
        return Inputs.audio(run(synthesiser, Map.of("text", new Value.Text(text))), "audio");
    }
}
