package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.radio.AntennaElement;
import dev.lamina.radio.ClusterProfile;
import dev.lamina.radio.Convention;
import dev.lamina.radio.LinkState;
import dev.lamina.radio.Motion;
import dev.lamina.radio.Scenario;
import dev.lamina.radio.TapProfile;
import dev.lamina.radio.Turning;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The names that flags and files have for the choices of channels.
final class ChannelNames {
    /// The state that is drawn for each user.
    static final String DRAWN = "drawn";

    private ChannelNames() {}

    static Scenario scenario(String text) {
        SequencedMap<String, Scenario> known = new LinkedHashMap<>();
        known.put("uma", Scenario.URBAN_MACRO);
        known.put("umi", Scenario.URBAN_MICRO);
        known.put("urban-macro", Scenario.URBAN_MACRO);
        known.put("urban-micro", Scenario.URBAN_MICRO);
        return find("scenario", text, known);
    }

    /// Null if it is drawn.
    static @Nullable LinkState state(String text) {
        if (text.equals(DRAWN)) {
            return null;
        }
        SequencedMap<String, LinkState> known = new LinkedHashMap<>();
        known.put("los", LinkState.LINE_OF_SIGHT);
        known.put("nlos", LinkState.NO_LINE_OF_SIGHT);
        known.put("indoor", LinkState.INDOOR);
        known.put("line-of-sight", LinkState.LINE_OF_SIGHT);
        known.put("no-line-of-sight", LinkState.NO_LINE_OF_SIGHT);
        known.put(DRAWN, LinkState.LINE_OF_SIGHT); // for the list in the message
        return find("state", text, known);
    }

    /// A [ClusterProfile] or a [TapProfile].
    static Enum<?> profile(String text) {
        SequencedMap<String, Enum<?>> known = new LinkedHashMap<>();
        for (ClusterProfile profile : ClusterProfile.values()) {
            known.put(name(profile), profile);
        }
        for (TapProfile profile : TapProfile.values()) {
            known.put(profile == TapProfile.ISOTROPIC ? "jakes" : name(profile), profile);
        }
        return find("profile", text, known);
    }

    static Motion motion(String text) {
        SequencedMap<String, Motion> known = new LinkedHashMap<>();
        known.put("constant", Motion.CONSTANT_RAYS);
        known.put("drifting", Motion.DRIFTING);
        return find("motion", text, known);
    }

    static Convention convention(String text) {
        return find("convention", text, named(Convention.values()));
    }

    static AntennaElement element(String text) {
        SequencedMap<String, AntennaElement> known = new LinkedHashMap<>();
        known.put("directional", AntennaElement.DIRECTIONAL);
        known.put("omni", AntennaElement.OMNIDIRECTIONAL);
        known.put("omnidirectional", AntennaElement.OMNIDIRECTIONAL);
        return find("element", text, known);
    }

    static Turning turning(String text) {
        return find("turning", text, named(Turning.values()));
    }

    private static <T extends Enum<T>> SequencedMap<String, T> named(T[] values) {
        SequencedMap<String, T> known = new LinkedHashMap<>();
        for (T value : values) {
            known.put(name(value), value);
        }
        return known;
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// @throws BadInputException that names the nearest, or all
    static <T> T find(String what, String text, SequencedMap<String, T> known) {
        T found = known.get(text);
        if (found == null) {
            @Nullable String nearest = Nearest.of(text, known.keySet());
            throw new BadInputException(
                    what + " '" + text + "' is not known",
                    nearest != null
                            ? "you meant '" + nearest + "'"
                            : "take one of " + String.join(", ", List.copyOf(known.keySet())));
        }
        return found;
    }
}
