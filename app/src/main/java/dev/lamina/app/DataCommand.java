package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.data.Columns;
import dev.lamina.data.DatasetFiles;
import dev.lamina.data.DatasetFormat;
import dev.lamina.data.TextDataset;
import dev.lamina.data.TextDatasets;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lamina data`: lists, inspects, converts and splits data sets.
@Command(
        name = "data",
        mixinStandardHelpOptions = true,
        description = "List, inspect, convert and split data sets of labelled text.",
        synopsisSubcommandLabel = "list|inspect|convert|split",
        footer = {
            "",
            "Examples:",
            "  lamina data inspect wordnet",
            "  lamina data inspect reviews.csv --text-column review --label-column stars",
            "  lamina data convert reviews.csv reviews --format jsonl",
            "  lamina data split recipes/quick.yaml --out shards"
        })
final class DataCommand implements Runnable {
    private static final Map<String, String> BUNDLED =
            Map.of(
                    "wordnet",
                    "Definitions of nouns in WordNet 3.1; 8 classes (artifact, person, plant, ...); balanced");

    private final Context context;
    @Spec private CommandSpec spec;

    DataCommand(Context context) {
        this.context = context;
    }

    /// How a data set is named and read.
    static final class Source {
        @Option(
                names = "--text-column",
                paramLabel = "NAME",
                description = "Column or key that holds the text, if it has no usual name.")
        @Nullable String textColumn;

        @Option(
                names = "--label-column",
                paramLabel = "NAME",
                description = "Column or key that holds the label, if it has no usual name.")
        @Nullable String labelColumn;

        @Option(
                names = "--seed",
                paramLabel = "N",
                defaultValue = "1",
                description =
                        "Seed of the split, where the data brings none. Default: ${DEFAULT-VALUE}.")
        long seed;

        TextDataset load(String name) {
            return TextDatasets.load(name, new Columns(textColumn, labelColumn), seed);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no subcommand of 'data' is given");
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the bundled data sets.")
    int list(@Mixin(name = "Output") CommonOptions options) {
        if (options.showsTable()) {
            Table table = new Table("name", "what it is");
            TextDatasets.NAMES.forEach(name -> table.row(name, BUNDLED.getOrDefault(name, "")));
            context.out().print(table);
            context.out()
                    .println(
                            "Any file or folder of labelled text works as well: see 'lamina data inspect --help'.");
        }
        options.write(context, TextDatasets.NAMES);
        return Failures.DONE;
    }

    @Command(
            name = "inspect",
            mixinStandardHelpOptions = true,
            description =
                    "Show classes, sizes, text lengths, duplicates and examples of a data set.",
            footer = {
                "",
                "Formats: .csv and .tsv with a header, .jsonl, .txt with a line 'text;label' for each sample;",
                "or a folder with train.*, val.*, test.* in one of these."
            })
    int inspect(
            @Parameters(paramLabel = "NAME|FILE|DIR", description = "The data set.") String name,
            @Mixin(name = "Reading") Source source,
            @Mixin(name = "Output") CommonOptions options) {
        options.check();
        Inspection inspection = Inspection.of(source.load(name));
        if (options.showsTable()) {
            inspection.print(context.out());
        }
        options.write(context, inspection);
        return Failures.DONE;
    }

    @Command(
            name = "convert",
            mixinStandardHelpOptions = true,
            description =
                    "Write a data set as a folder of train, val and test files; a file is split on the way.")
    int convert(
            @Parameters(paramLabel = "FROM", description = "Data set: a name, a file or a folder.")
                    String from,
            @Parameters(paramLabel = "TO", description = "Folder to write, new or empty.") Path to,
            @Option(
                            names = "--format",
                            paramLabel = "NAME",
                            defaultValue = "csv",
                            description =
                                    "txt (text;label), csv, tsv or jsonl. Default: ${DEFAULT-VALUE}.")
                    String format,
            @Mixin(name = "Reading") Source source,
            @Mixin(name = "Output") CommonOptions options) {
        options.check();
        DatasetFormat target = DatasetFormat.parse(format);
        TextDataset dataset = source.load(from);
        try {
            DatasetFiles.write(dataset, to, target);
        } catch (UncheckedIOException e) {
            throw unwritable(e, "give a folder of your own as TO");
        }
        if (options.showsTable()) {
            dataset.notes().forEach(note -> context.out().println("note: " + note));
            context.out()
                    .printf(
                            "%s: %d training, %d validation and %d test samples of %d classes%n",
                            to,
                            dataset.train().size(),
                            dataset.validation().size(),
                            dataset.test().size(),
                            dataset.labels().size());
        }
        options.write(
                context,
                Map.of(
                        "folder",
                        to.toString(),
                        "format",
                        target.extension(),
                        "labels",
                        List.copyOf(dataset.labels())));
        return Failures.DONE;
    }

    @Command(
            name = "split",
            mixinStandardHelpOptions = true,
            customSynopsis = "lamina data split [SPEC.yaml] --out DIR [FLAGS]",
            description =
                    "Write what each device of a run would hold, as a file for each device and a folder for the server:"
                            + " the very shards that 'finetune' trains on under the same spec or flags.",
            footer = {
                "",
                "DIR then holds DEVICE.jsonl for each device, under its name in the spec, and server/ with val.jsonl,",
                "test.jsonl and labels.txt: --data DIR/server is all that a server without training data needs.",
                "",
                "Examples:",
                "  lamina data split recipes/quick.yaml --out shards",
                "  lamina data split --data reviews.csv --devices 4 --partition dirichlet:0.3 --out shards"
            })
    int split(
            @SuppressWarnings("unused") // SpecDefaults reads it
                    @Parameters(
                            arity = "0..1",
                            paramLabel = SpecDefaults.LABEL,
                            description =
                                    "A run spec, as 'finetune' takes it: its values are the flags' defaults.")
                    @Nullable Path specFile,
            @Mixin(name = "What is split") DataSplit split,
            @Mixin(name = "Output") CommonOptions options) {
        options.check();
        DataSplit.Result result;
        try {
            result = split.write();
        } catch (UncheckedIOException e) {
            throw unwritable(e, "give a folder of your own with --out");
        }
        if (options.showsTable()) {
            result.notes().forEach(note -> context.out().println("note: " + note));
            context.out().print(DataSplit.table(result));
            context.out()
                    .printf(
                            "%s: %d validation and %d test samples of %d classes%n",
                            result.server(),
                            result.validation(),
                            result.test(),
                            result.labels().size());
        }
        options.write(context, result);
        return Failures.DONE;
    }

    /// A full disk is the machine's fault (exit code 1), all else the caller's.
    private static RuntimeException unwritable(UncheckedIOException e, String maybe) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left") ? e : new BadInputException(message, maybe);
    }
}
