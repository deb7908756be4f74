package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.edge.DeviceProfile;
import dev.lamina.edge.Profiles;
import dev.lamina.edge.Profiles.Figure;
import dev.lamina.edge.ServerProfile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `lamina profiles`: the kinds of devices and servers that a device file can name, and where their
/// figures come from.
@Command(
        name = "profiles",
        mixinStandardHelpOptions = true,
        description =
                "List the kinds of devices and servers that are known, or show one as part of a device file, with the"
                        + " source of each figure.",
        footer = {
            "",
            "A device file takes a kind as it is, or with other figures: - {kind: jetson-nano, memoryBytes: 2e9}.",
            "'nominal' is an assumption of ours. Measure, and write what training reaches on your machines.",
            "",
            "Examples:",
            "  lamina profiles",
            "  lamina profiles jetson-nano > devices.yaml"
        })
final class ProfilesCommand implements Callable<Integer> {
    private static final double GIGA = 1e9;

    private final Context context;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "A kind, to show in full.")
    @Nullable String name;

    @Mixin(name = "Output")
    CommonOptions options = new CommonOptions();

    ProfilesCommand(Context context) {
        this.context = context;
    }

    /// What is known of a kind, by the keys of a device file.
    ///
    /// @param role device or server
    private record Entry(
            String name, String role, Map<String, Double> values, List<Figure> figures) {
        String source(String key) {
            return figures.stream()
                    .filter(figure -> key.startsWith(figure.key()))
                    .map(Figure::source)
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Override
    public Integer call() {
        options.check();
        List<Entry> entries = entries();
        if (name == null) {
            if (options.showsTable()) {
                context.out().print(table(entries));
            }
            options.write(context, entries.stream().map(ProfilesCommand::json).toList());
            return Failures.DONE;
        }
        Entry entry = find(entries, name);
        if (options.showsTable()) {
            yaml(entry).forEach(context.out()::println);
        }
        options.write(context, json(entry));
        return Failures.DONE;
    }

    private static List<Entry> entries() {
        return Stream.concat(
                        Profiles.KINDS.stream()
                                .map(k ->
                                        new Entry(
                                                k.name(),
                                                "device",
                                                values(k.profile()),
                                                k.figures())),
                        Profiles.SERVER_KINDS.stream()
                                .map(k ->
                                        new Entry(
                                                k.name(),
                                                "server",
                                                values(k.profile()),
                                                k.figures())))
                .toList();
    }

    private static Entry find(List<Entry> entries, String name) {
        List<String> names = entries.stream().map(Entry::name).toList();
        @Nullable String nearest = Nearest.of(name, names);
        int found = names.indexOf(name);
        BadInputException.check(
                found >= 0,
                "no kind of device or server is called '" + name + "'",
                nearest == null
                        ? "take one of " + String.join(", ", names)
                        : "you meant '" + nearest + "'; 'lamina profiles' lists all");
        return entries.get(found);
    }

    private static Map<String, Double> values(DeviceProfile device) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("peakFlopsPerSecond", device.peakFlopsPerSecond());
        values.put("effectiveFlopsPerSecond", device.effectiveFlopsPerSecond());
        values.put("memoryBytes", (double) device.memoryBytes());
        values.put("idleWatts", device.idleWatts());
        values.put("activeWatts", device.activeWatts());
        values.put("uplinkBitsPerSecond", device.link().uplink().bitsPerSecond(1));
        values.put("downlinkBitsPerSecond", device.link().downlink().bitsPerSecond(1));
        return values;
    }

    private static Map<String, Double> values(ServerProfile server) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("peakFlopsPerSecond", server.peakFlopsPerSecond());
        values.put("effectiveFlopsPerSecond", server.effectiveFlopsPerSecond());
        values.put("memoryBytes", (double) server.memoryBytes());
        values.put("idleWatts", server.idleWatts());
        values.put("activeWatts", server.activeWatts());
        return values;
    }

    private static Table table(List<Entry> entries) {
        Table table =
                new Table(
                        "name",
                        "role",
                        "peak GFLOP/s",
                        "effective",
                        "memory GiB",
                        "idle W",
                        "active W",
                        "up Mbit/s",
                        "down Mbit/s");
        for (Entry entry : entries) {
            List<Object> row = new ArrayList<>(List.of(entry.name, entry.role));
            row.add(decimal(entry.values, "peakFlopsPerSecond", GIGA));
            row.add(decimal(entry.values, "effectiveFlopsPerSecond", GIGA));
            row.add(decimal(entry.values, "memoryBytes", 0x1p30));
            row.add(decimal(entry.values, "idleWatts", 1));
            row.add(decimal(entry.values, "activeWatts", 1));
            row.add(decimal(entry.values, "uplinkBitsPerSecond", 1e6));
            row.add(decimal(entry.values, "downlinkBitsPerSecond", 1e6));
            table.row(row.toArray());
        }
        return table;
    }

    private static String decimal(Map<String, Double> values, String key, double unit) {
        @Nullable Double value = values.get(key);
        return value == null ? "-" : "%.1f".formatted(value / unit).replace(".0", "");
    }

    /// Lines of a device file; the sources are comments.
    private static List<String> yaml(Entry entry) {
        boolean device = entry.role.equals("device");
        List<String> lines = new ArrayList<>();
        lines.add(entry.role + (device ? "s:" : ":"));
        lines.add((device ? "  - " : "  ") + "name: " + entry.name);
        String indent = device ? "    " : "  ";
        for (Map.Entry<String, Double> value : entry.values.entrySet()) {
            String line = indent + value.getKey() + ": " + number(value.getValue());
            lines.add("%-48s# %s".formatted(line, entry.source(value.getKey())));
        }
        return lines;
    }

    private static String number(double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e6;
        return whole ? String.valueOf((long) value) : String.valueOf(value).replace("E", "e");
    }

    private static Map<String, Object> json(Entry entry) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", entry.name);
        json.put("role", entry.role);
        json.putAll(entry.values);
        Map<String, String> sources = new LinkedHashMap<>();
        entry.values.keySet().forEach(key -> sources.put(key, entry.source(key)));
        json.put("sources", sources);
        return json;
    }
}
