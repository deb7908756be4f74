package dev.lamina.fed;

import dev.lamina.air.ArrayLayout;
import dev.lamina.air.ChannelView;
import dev.lamina.air.Federation;
import dev.lamina.air.PersonalLayers;
import dev.lamina.air.TrainableModel;
import dev.lamina.air.TrainedModels;
import dev.lamina.air.TrainingConfig;
import dev.lamina.base.BadInputException;
import dev.lamina.radio.Noise;
import dev.lamina.wire.ProtocolException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// All that the servers of a federation must agree on.
///
/// @param model that is trained
/// @param training of a server; its epochs are not looked at
/// @param federation how the servers work together
/// @param view what is seen of their channels
public record FederationSettings(
        TrainableModel model,
        TrainingConfig training,
        Federation.Config federation,
        ChannelView view) {
    private static final String MODEL = "model";
    private static final String TRAINING = "training";
    private static final String FEDERATION = "federation";
    private static final String HISTORY = "history";
    private static final String HORIZON = "horizon";
    private static final String BAND = "band";
    private static final String NOISE = "noise";
    private static final String LAYOUT = "layout";
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    /// What each server keeps to itself.
    public PersonalLayers layers() {
        return PersonalLayers.of(model, federation);
    }

    /// For the other side.
    String toJson() {
        ObjectNode json = JSON.createObjectNode();
        json.set(MODEL, TrainedModels.toJson(model));
        json.set(TRAINING, JSON.valueToTree(training));
        json.set(FEDERATION, JSON.valueToTree(federation));
        json.put(HISTORY, view.history()).put(HORIZON, view.horizon());
        json.set(BAND, JSON.valueToTree(view.band()));
        if (view.noise() != null) {
            json.set(NOISE, JSON.valueToTree(view.noise()));
        }
        if (view.layout() != null) {
            json.set(LAYOUT, JSON.valueToTree(view.layout()));
        }
        return json.toString();
    }

    /// As the other side has written it.
    ///
    /// @throws ProtocolException if it is not that
    static FederationSettings parse(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            return new FederationSettings(
                    TrainedModels.ofJson(json.path(MODEL), "the federation's model"),
                    required(json, TRAINING, TrainingConfig.class),
                    required(json, FEDERATION, Federation.Config.class),
                    new ChannelView(
                            json.path(HISTORY).asInt(0),
                            json.path(HORIZON).asInt(0),
                            required(json, BAND, ChannelView.Band.class),
                            optional(json, NOISE, Noise.class),
                            optional(json, LAYOUT, ArrayLayout.class)));
        } catch (JacksonException e) {
            throw new ProtocolException("settings of a federation: " + e.getOriginalMessage());
        } catch (BadInputException e) {
            throw new ProtocolException("settings of a federation: " + e.getMessage());
        }
    }

    private static <T> T required(JsonNode json, String name, Class<T> type) {
        T value = optional(json, name, type);
        if (value == null) {
            throw new ProtocolException("settings of a federation without " + name);
        }
        return value;
    }

    private static <T> @Nullable T optional(JsonNode json, String name, Class<T> type) {
        JsonNode node = json.path(name);
        return node.isMissingNode() || node.isNull() ? null : JSON.treeToValue(node, type);
    }
}
