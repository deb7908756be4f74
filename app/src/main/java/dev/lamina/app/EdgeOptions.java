package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.data.TextDatasets;
import dev.lamina.train.Execution;
import dev.lamina.train.Scheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The flags of devices and server.
final class EdgeOptions {
    private static final String DEFAULT = " Default: ${DEFAULT-VALUE}.";

    /// Paths become absolute in a written spec, so that it can be run from anywhere.
    static Object portable(String key, Object value) {
        List<String> names =
                switch (key) {
                    case "model" -> FinetuneOptions.MODELS;
                    case "data" -> TextDatasets.NAMES;
                    case "devices" ->
                            List.of(value.toString().matches("[0-9]+") ? value.toString() : "");
                    case "certs" -> List.of();
                    default -> List.of(value.toString());
                };
        Path path = names.contains(value.toString()) ? Path.of("") : Path.of(value.toString());
        boolean isPath = !path.toString().isEmpty() && Files.exists(path);
        return isPath ? path.toAbsolutePath().normalize().toString() : value;
    }

    @Option(
            names = "--scheme",
            paramLabel = "NAME",
            defaultValue = "shared",
            description =
                    "Who computes what: central (all data in one place), federated (whole model on each device,"
                            + " adapters averaged), shared (device part on each device; the server keeps one"
                            + " frozen model and an adapter set for each device), parallel (a server model for"
                            + " each device), sequential (one device after another), ushape (embedding, head and"
                            + " labels on each device; gradients of one adapter on the server are averaged)."
                            + DEFAULT)
    String scheme;

    @Option(
            names = "--devices",
            paramLabel = "N|FILE",
            defaultValue = "6",
            description =
                    "How many devices, of nominal kinds, or a YAML file of devices and server (example below)."
                            + DEFAULT)
    String devices;

    @Option(
            names = "--partition",
            paramLabel = "HOW",
            defaultValue = "iid",
            description =
                    "How the training data lies on the devices: iid (alike), dirichlet:ALPHA (the smaller, the"
                            + " more they differ), label:K (K classes each), quantity:ALPHA (alike, of unequal"
                            + " sizes). Example: dirichlet:0.5."
                            + DEFAULT)
    String partition;

    @Option(
            names = "--cut",
            paramLabel = "auto|K",
            split = ",",
            description =
                    "Blocks that stay on a device: a number for all, a list with one for each device (1,1,2), or"
                            + " auto, which makes a round as short as the devices' memory and speed allow."
                            + " Default: 1; under ushape 0.")
    @Nullable List<String> cut;

    @Option(
            names = "--order",
            paramLabel = "NAME",
            defaultValue = "longest-tail",
            description =
                    "Whose arrived activations the server takes next: longest-tail (what the device has still to do),"
                            + " fifo, strict-longest-tail (waits for it), shortest-first, random, optimal (the shortest step;"
                            + " waits), or one of a library on the class path."
                            + DEFAULT)
    String order;

    @Option(
            names = "--codec",
            paramLabel = "NAME",
            defaultValue = "fp32",
            description =
                    "How tensors cross the link: fp32 (exact), fp16, int8 (a scale for each row)."
                            + DEFAULT)
    String codec;

    @Option(
            names = "--update-codec",
            paramLabel = "NAME",
            defaultValue = "fp32",
            description =
                    "How a device sends its adapter at a round's end: fp32, or what was added to the global one as"
                            + " fp16, int8 or topk:SHARE (the largest ones), with what is lost kept for the next"
                            + " round. Example: topk:0.1."
                            + DEFAULT)
    String updateCodec;

    @Option(
            names = "--labels",
            paramLabel = "WHERE",
            description =
                    "Where head and labels are: server, or device (the U shape: labels never leave it, for one more"
                            + " exchange a step). Default: server; under ushape device.")
    @Nullable String labels;

    @Option(
            names = "--head",
            paramLabel = "WHOSE",
            defaultValue = "shared",
            description =
                    "Under ushape: one shared head for all devices, or a personal one on each that is never sent."
                            + DEFAULT)
    String head;

    @Option(
            names = "--micro-batches",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Cut each batch into N, so that upload, computing and download overlap; the server's activations"
                            + " shrink to 1/N."
                            + DEFAULT)
    int microBatches;

    @Option(
            names = "--recompute",
            fallbackValue = "true", // or else a flag given twice, here and in a spec, would be off
            description =
                    "Let the server keep only each block's input and compute the rest again: far less memory, half"
                            + " as much computing again.")
    boolean recompute;

    @Option(
            names = "--together",
            paramLabel = "N",
            description =
                    "Let the server take up to N arrived devices with equal cuts through the frozen weights in one"
                            + " pass. Default: 1; under ushape 4.")
    @Nullable Integer together;

    /// How steps are carried out.
    Execution execution(Scheme of) {
        boolean gradients = of.averagesGradients();
        String where = labels == null ? gradients ? "device" : "server" : labels;
        BadInputException.check(
                where.equals("server") || where.equals("device"),
                "--labels " + where + " is neither server nor device",
                "take --labels device to keep them there");
        boolean alone = !gradients || microBatches > 1 || recompute;
        int most = together == null ? alone ? 1 : 4 : together;
        return new Execution(where.equals("device"), microBatches, recompute, most);
    }

    /// Whether heads are the devices' own.
    boolean personalHead() {
        BadInputException.check(
                head.equals("shared") || head.equals("personal"),
                "--head " + head + " is neither shared nor personal",
                "take --head personal to keep each device's own");
        return head.equals("personal");
    }

    /// Blocks on each device.
    List<Integer> cuts(Scheme of) {
        if (cut == null) {
            return List.of(of.averagesGradients() ? 0 : 1);
        }
        return cut.equals(List.of("auto"))
                ? List.of()
                : cut.stream().map(each -> FinetuneOptions.number("cut", each)).toList();
    }
}
