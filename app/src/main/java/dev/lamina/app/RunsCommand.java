package dev.lamina.app;

import dev.lamina.base.BadInputException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lamina runs`: what was run, with which flags, and what came out.
@Command(
        name = "runs",
        mixinStandardHelpOptions = true,
        description = "List, show and compare past runs.",
        synopsisSubcommandLabel = "list|show|compare",
        footer = {
            "",
            "Examples:",
            "  lamina runs list",
            "  lamina runs show 3",
            "  lamina runs compare 3 5"
        })
final class RunsCommand implements Runnable {
    private final Context context;
    @Spec private CommandSpec spec;

    RunsCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no subcommand of 'runs' is given");
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List all runs, the latest last.")
    int list(@Mixin(name = "Output") CommonOptions options) {
        List<RunRecord> runs = read(RunStore::list);
        if (options.showsTable() && runs.isEmpty()) {
            context.out().println("no runs in " + context.runs() + " yet");
        } else if (options.showsTable()) {
            Table table =
                    new Table(
                            "id", "command", "started", "took", "status", "accuracy", "directory");
            for (RunRecord run : runs) {
                table.row(
                        run.id(),
                        run.command(),
                        time(run.started()),
                        took(run),
                        run.state(),
                        run.metrics().getOrDefault("accuracy", "-"),
                        run.directory());
            }
            context.out().print(table);
        }
        options.write(context, runs.stream().map(RunsCommand::json).toList());
        return Failures.DONE;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show one run: its state, its flags and its metrics.")
    int show(
            @Parameters(
                            paramLabel = "ID|DIR",
                            description = "The run's id in the list, or its directory.")
                    String run,
            @Mixin(name = "Output") CommonOptions options) {
        RunRecord found = find(run);
        if (options.showsTable()) {
            Table table = Table.plain();
            table.row("run", found.id())
                    .row("command", found.command())
                    .row("status", found.state());
            table.row("started", time(found.started())).row("took", took(found));
            table.row("directory", found.directory());
            context.out().print(table);
            Map<String, Object> flags = new LinkedHashMap<>();
            found.spec().forEach((key, value) -> flags.put("--" + key, String.valueOf(value)));
            section("flags", flags);
            section("metrics", found.metrics());
        }
        options.write(context, json(found));
        return Failures.DONE;
    }

    @Command(
            name = "compare",
            mixinStandardHelpOptions = true,
            description =
                    "Compare runs: the flags in which they differ, and all metrics, side by side.")
    int compare(
            @Parameters(paramLabel = "ID|DIR", arity = "2..*", description = "Two runs or more.")
                    List<String> names,
            @Mixin(name = "Output") CommonOptions options) {
        List<RunRecord> runs = names.stream().map(this::find).toList();
        if (options.showsTable()) {
            List<Object> heading = new ArrayList<>(List.of("run"));
            runs.forEach(run -> heading.add(run.id()));
            Table table = new Table(heading.stream().map(String::valueOf).toArray(String[]::new));
            row(table, "status", runs, RunRecord::state);
            for (String key : keys(runs, RunRecord::spec)) {
                if (runs.stream()
                                .map(run -> Objects.toString(run.spec().get(key)))
                                .distinct()
                                .count()
                        > 1) {
                    row(table, "--" + key, runs, run -> run.spec().getOrDefault(key, "-"));
                }
            }
            for (String key : keys(runs, RunRecord::metrics)) {
                row(table, key, runs, run -> run.metrics().getOrDefault(key, "-"));
            }
            context.out().print(table);
        }
        options.write(context, runs.stream().map(RunsCommand::json).toList());
        return Failures.DONE;
    }

    private void section(String heading, Map<String, Object> values) {
        context.out().println();
        context.out().println(heading);
        Table table = Table.plain();
        values.forEach((key, value) -> table.row("  " + key, value));
        context.out().print(table);
    }

    private static void row(
            Table table,
            String name,
            List<RunRecord> runs,
            Function<RunRecord, @Nullable Object> value) {
        List<@Nullable Object> cells = new ArrayList<>();
        cells.add(name);
        runs.forEach(run -> cells.add(value.apply(run)));
        table.row(cells.stream().map(String::valueOf).toArray());
    }

    private static SequencedSet<String> keys(
            List<RunRecord> runs, Function<RunRecord, Map<String, Object>> part) {
        SequencedSet<String> keys = new LinkedHashSet<>();
        runs.forEach(run -> keys.addAll(part.apply(run).keySet()));
        return keys;
    }

    private RunRecord find(String name) {
        @Nullable RunRecord found = RunStore.exists(context.runs()) ? lookup(name) : null;
        if (found == null) {
            throw new BadInputException(
                    "no run '" + name + "' in " + context.runs().resolve("runs.db"),
                    "'lamina runs list' shows the one you mean");
        }
        return found;
    }

    private @Nullable RunRecord lookup(String name) {
        try (RunStore store = new RunStore(context.runs())) {
            return store.find(name);
        }
    }

    private List<RunRecord> read(Function<RunStore, List<RunRecord>> reader) {
        if (!RunStore.exists(context.runs())) {
            return List.of();
        }
        try (RunStore store = new RunStore(context.runs())) {
            return reader.apply(store);
        }
    }

    private String time(Instant instant) {
        ZoneId zone = context.clock().getZone();
        return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").format(instant.atZone(zone));
    }

    private static String took(RunRecord run) {
        if (run.ended() == null) {
            return "-";
        }
        return Durations.text(Duration.between(run.started(), run.ended()));
    }

    private static Map<String, Object> json(RunRecord run) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", run.id());
        json.put("command", run.command());
        json.put("started", run.started().toString());
        json.put("ended", run.ended() == null ? "" : run.ended().toString());
        json.put("directory", run.directory().toString());
        json.put("directoryExists", java.nio.file.Files.isDirectory(run.directory()));
        json.put("status", run.status().toString());
        json.put("spec", run.spec());
        json.put("metrics", run.metrics());
        return json;
    }
}
