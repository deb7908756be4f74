package dev.lamina.app;

import dev.lamina.data.Columns;
import dev.lamina.data.DatasetFiles;
import dev.lamina.data.Partition;
import dev.lamina.data.Sample;
import dev.lamina.data.TextDataset;
import dev.lamina.data.TextDatasets;
import dev.lamina.edge.DeviceProfile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The flags of `data split`, and what it does: it writes the shards that `finetune` deals out in
/// its own process under the same flags, for machines that are apart.
final class DataSplit {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description =
                    "Folder to write, new or empty: DEVICE.jsonl for each device, and server/ for the server.")
    Path out;

    @Option(
            names = "--data",
            paramLabel = "NAME|FILE|DIR",
            defaultValue = "wordnet",
            description =
                    "Labelled text, as 'finetune' takes it. A file is split 80/10/10, by --seed."
                            + DEFAULT)
    String data;

    @Option(
            names = "--text-column",
            paramLabel = "NAME",
            description =
                    "Column or key that holds the text, in the data and in what is written, if it has no usual name.")
    @Nullable String textColumn;

    @Option(
            names = "--label-column",
            paramLabel = "NAME",
            description =
                    "Column or key that holds the label, in the data and in what is written, if it has no usual name.")
    @Nullable String labelColumn;

    @Option(
            names = "--devices",
            paramLabel = "N|FILE",
            defaultValue = "6",
            description =
                    "How many devices, of nominal kinds, or a YAML file of devices, as 'finetune' takes it."
                            + DEFAULT)
    String devices;

    @Option(
            names = "--partition",
            paramLabel = "HOW",
            defaultValue = "iid",
            description =
                    "How the training data lies on the devices: iid, dirichlet:ALPHA, label:K or quantity:ALPHA."
                            + DEFAULT)
    String partition;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the run: the shards follow from it." + DEFAULT)
    long seed;

    /// What was written.
    ///
    /// @param folder with all files
    /// @param server what the server takes as its data
    /// @param labels the classes
    record Result(
            String folder,
            String server,
            List<String> labels,
            List<DeviceFile> devices,
            int validation,
            int test,
            List<String> notes) {}

    /// A device's file.
    ///
    /// @param samples in it
    /// @param counts samples of each class
    record DeviceFile(String device, String file, int samples, List<Integer> counts) {
        long classes() {
            return counts.stream().filter(count -> count > 0).count();
        }
    }

    /// Writes the files.
    Result write() {
        List<String> names =
                FinetuneOptions.machines(devices).devices().stream()
                        .map(DeviceProfile::name)
                        .toList();
        Partition how = Partition.parse(partition);
        Columns columns = new Columns(textColumn, labelColumn);
        TextDataset dataset = TextDatasets.load(data, columns, seed);
        List<List<Sample>> shards =
                how.split(dataset.train(), dataset.labels().size(), names.size(), seed);
        DatasetFiles.writeShards(dataset, names, shards, columns, out);
        List<DeviceFile> files = new ArrayList<>();
        for (int u = 0; u < names.size(); u++) {
            files.add(
                    new DeviceFile(
                            names.get(u),
                            out.resolve(names.get(u) + ".jsonl").toString(),
                            shards.get(u).size(),
                            Arrays.stream(dataset.classCounts(shards.get(u))).boxed().toList()));
        }
        return new Result(
                out.toString(),
                out.resolve("server").toString(),
                dataset.labels(),
                files,
                dataset.validation().size(),
                dataset.test().size(),
                dataset.notes());
    }

    static Table table(Result result) {
        Table table = new Table("device", "samples", "classes");
        result.devices()
                .forEach(device -> table.row(device.device(), device.samples(), device.classes()));
        return table;
    }
}
