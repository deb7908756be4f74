package dev.lamina.air;

import dev.lamina.nn.FloatTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Which parameters the servers of a federation share, and which each keeps to itself.
///
/// @param prefixes what the names of those begin with that are kept; none to share everything
public record PersonalLayers(List<String> prefixes) {
    /// Those of a federation that trains this model.
    public static PersonalLayers of(TrainableModel model, Federation.Config config) {
        return new PersonalLayers(config.personal() ? model.outputLayers() : List.of());
    }

    /// Whether nothing is kept.
    boolean isNone() {
        return prefixes.isEmpty();
    }

    /// The parameters that are sent.
    public SequencedMap<String, FloatTensor> shared(Map<String, FloatTensor> parameters) {
        return only(parameters, false);
    }

    /// The parameters that are kept.
    public SequencedMap<String, FloatTensor> kept(Map<String, FloatTensor> parameters) {
        return only(parameters, true);
    }

    private SequencedMap<String, FloatTensor> only(
            Map<String, FloatTensor> parameters, boolean kept) {
        SequencedMap<String, FloatTensor> part = new LinkedHashMap<>();
        parameters.forEach((name, tensor) -> {
            if (prefixes.stream().anyMatch(name::startsWith) == kept) {
                part.put(name, tensor);
            }
        });
        return part;
    }
}
