package dev.lamina.app;

import dev.lamina.base.BadInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The flags that say what channels are, for those settings that most people want.
final class ChannelOptions {
    private static final Pattern ARRAY =
            Pattern.compile("([0-9]{1,6})x([0-9]{1,6})(?:x([0-9]{1,6}))?(?::([a-z]+))?");
    private static final Pattern ELEMENT = Pattern.compile("[a-z]+");

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description =
                    "Settings to start from: uma, umi (3.5 GHz, 32 ports, 100 tracks), or llm4cp (2.4 GHz, the training data"
                            + " of LLM4CP, 9,000 tracks). Default: uma.")
    @Nullable String preset;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            description = "A cell of TR 38.901: uma (urban macro) or umi (urban micro).")
    @Nullable String scenario;

    @Option(
            names = "--state",
            paramLabel = "NAME",
            description =
                    "Of all links: los, nlos, indoor; drawn: by each user's distance. Default: drawn.")
    @Nullable String state;

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            description =
                    "Instead of a cell a fixed profile: cdl-a to cdl-e, tdl-a to tdl-e, tdl-a30, tdl-b100, tdl-c300, or"
                            + " jakes (one tap).")
    @Nullable String profile;

    @Option(
            names = "--delay-spread",
            paramLabel = "TIME",
            description = "Of a profile: seconds, or for example 300ns. Default: 100ns.")
    @Nullable String delaySpread;

    @Option(
            names = "--carrier",
            paramLabel = "FREQUENCY",
            description =
                    "Carrier: a number below 1000 is in GHz, a larger one in Hz; or for example 3.5GHz.")
    @Nullable String carrier;

    @Option(
            names = "--clip",
            negatable = true,
            fallbackValue = "true",
            description =
                    "Take table values below 6 GHz (umi: 2 GHz) at that carrier, as the TR says; QuaDRiGa does not.")
    @Nullable Boolean clip;

    @Option(names = "--tracks", paramLabel = "N", description = "How many tracks.")
    @Nullable Integer tracks;

    @Option(
            names = "--speed",
            paramLabel = "KMH",
            description =
                    "Speeds in km/h: 30; a list 10,20,30, each for as many tracks in a row; a range 3..30, drawn.")
    @Nullable String speed;

    @Option(names = "--steps", paramLabel = "N", description = "Steps in time of a track.")
    @Nullable Integer steps;

    @Option(
            names = "--step-seconds",
            paramLabel = "TIME",
            description = "Between steps: seconds, or for example 0.5ms.")
    @Nullable String stepSeconds;

    @Option(names = "--subcarriers", paramLabel = "N", description = "How many subcarriers.")
    @Nullable Integer subcarriers;

    @Option(
            names = "--spacing",
            paramLabel = "FREQUENCY",
            description = "Between subcarriers: Hz, or for example 180kHz.")
    @Nullable String spacing;

    @Option(
            names = "--array",
            paramLabel = "ARRAY",
            description =
                    "The station's: ROWSxCOLUMNS, or ROWSxCOLUMNSx2 with two polarisations; ':omni' or ':directional'"
                            + " after it names the elements.")
    @Nullable String array;

    @Option(
            names = "--user-antenna",
            paramLabel = "ARRAY",
            description = "The user's: omni, directional, or an array as in --array.")
    @Nullable String userAntenna;

    @Option(
            names = "--motion",
            paramLabel = "NAME",
            description = "constant: plane waves; drifting: delays and angles follow the user.")
    @Nullable String motion;

    @Option(
            names = "--no-path-loss",
            fallbackValue = "true",
            description = "Leave out path loss and shadowing: channels have a power of about 1.")
    boolean withoutPathLoss;

    @Option(
            names = "--snr",
            paramLabel = "DECIBELS",
            description =
                    "Add noise: 18, or 5..20 for a ratio of each track's own. Default: no noise.")
    @Nullable String signalToNoise;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Seed of all randomness: the same settings and seed give the same file, to the bit. Default: 1.")
    @Nullable Long seed;

    /// The given flags under the keys of a file.
    ///
    /// @throws BadInputException if one cannot be understood
    Map<String, Object> settings() {
        Map<String, Object> all = new LinkedHashMap<>();
        put(all, "preset", preset);
        put(all, "environment", environment());
        put(
                all,
                "carrierHertz",
                carrier == null ? null : Quantities.carrierHertz("--carrier", carrier));
        put(all, "tracks", tracks);
        put(all, "seed", seed);
        Map<String, Object> movement = new LinkedHashMap<>();
        put(movement, "speeds", speed == null ? null : speeds(speed));
        put(movement, "motion", motion);
        put(all, "movement", movement);
        Map<String, Object> grid = new LinkedHashMap<>();
        put(grid, "steps", steps);
        put(
                grid,
                "stepSeconds",
                stepSeconds == null ? null : Quantities.seconds("--step-seconds", stepSeconds));
        put(grid, "subcarriers", subcarriers);
        put(grid, "spacingHertz", spacing == null ? null : Quantities.hertz("--spacing", spacing));
        put(all, "grid", grid);
        put(all, "station", array == null ? null : Map.of("panel", panel("--array", array)));
        put(
                all,
                "user",
                userAntenna == null ? null : Map.of("panel", panel("--user-antenna", userAntenna)));
        put(
                all,
                "noise",
                signalToNoise == null
                        ? null
                        : range("--snr", signalToNoise, "lowestDecibels", "highestDecibels"));
        return all;
    }

    private Map<String, Object> environment() {
        Map<String, Object> environment = new LinkedHashMap<>();
        put(environment, "scenario", scenario);
        put(environment, "state", state);
        put(environment, "clip", clip);
        put(environment, "pathLoss", withoutPathLoss ? false : null);
        put(environment, "shadowing", withoutPathLoss ? false : null);
        put(environment, "profile", profile);
        put(
                environment,
                "delaySpreadSeconds",
                delaySpread == null ? null : Quantities.seconds("--delay-spread", delaySpread));
        return environment;
    }

    private static Map<String, Object> speeds(String text) {
        if (text.contains("..")) {
            return range("--speed", text, "lowestKmh", "highestKmh");
        }
        List<Double> kmh = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            kmh.add(Quantities.number("--speed", part));
        }
        return Map.of("kmh", kmh);
    }

    private static Map<String, Object> range(
            String flag, String text, String lowest, String highest) {
        String[] ends = text.split("\\.\\.", -1);
        BadInputException.check(
                ends.length <= 2, flag + " " + text + " is no range", "write 5..20");
        double low = Quantities.number(flag, ends[0]);
        double high = Quantities.number(flag, ends[ends.length - 1]);
        return Map.of(lowest, low, highest, high);
    }

    /// An array, or the name of a single element.
    static Map<String, Object> panel(String flag, String text) {
        Map<String, Object> panel = new LinkedHashMap<>();
        String lower = text.toLowerCase(Locale.ROOT);
        Matcher grid = ARRAY.matcher(lower);
        if (ELEMENT.matcher(lower).matches()) {
            panel.putAll(panel(flag, "1x1:" + lower));
            return panel;
        }
        BadInputException.check(
                grid.matches(), flag + " " + text + " is no array", "write 4x4x2 or 1x8:omni");
        String slants = grid.group(3) == null ? "1" : grid.group(3);
        BadInputException.check(
                slants.equals("1") || slants.equals("2"),
                flag + " " + text + ": " + slants + " polarisations",
                "take 1 or 2, as in 4x4x2");
        panel.put("rows", Integer.valueOf(grid.group(1)));
        panel.put("columns", Integer.valueOf(grid.group(2)));
        panel.put("slantsDegrees", slants.equals("1") ? List.of(0.0) : List.of(45.0, -45.0));
        panel.put("rowsPerPort", 1);
        panel.put("columnsPerPort", 1);
        if (grid.group(4) != null) {
            ChannelNames.element(grid.group(4));
            panel.put("element", grid.group(4));
        }
        return panel;
    }

    private static void put(Map<String, Object> map, String key, @Nullable Object value) {
        if (value != null && !(value instanceof Map<?, ?> inner && inner.isEmpty())) {
            map.put(key, value);
        }
    }
}
