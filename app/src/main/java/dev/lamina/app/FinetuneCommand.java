package dev.lamina.app;

import dev.lamina.app.RunRecord.Status;
import dev.lamina.base.BadInputException;
import dev.lamina.edge.CutPlan;
import dev.lamina.train.Finetune;
import dev.lamina.train.FinetuneResult;
import dev.lamina.train.FinetuneSpec;
import dev.lamina.train.Scheme;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lamina finetune`: fine-tunes a pretrained model across devices and an edge server, in this
/// process.
@Command(
        name = "finetune",
        mixinStandardHelpOptions = true,
        customSynopsis = {
            "lamina finetune [SPEC.yaml] [FLAGS]",
            "       lamina finetune --resume DIR"
        },
        description = {
            "Fine-tune a pretrained model with LoRA adapters across devices and an edge server, all in this process."
                    + " Without flags: MiniLM on WordNet definitions, six devices."
        },
        footer = {
            "",
            "Ctrl-C lets the current step finish, saves, and says how to go on (exit code 130); a second Ctrl-C quits"
                    + " at once.",
            "",
            "DIR then holds: result.json (all numbers), spec.yaml (every flag; 'lamina finetune DIR/spec.yaml' runs it"
                    + " again), adapter/ (the LoRA adapter, PEFT's format), model/ (the merged model, Hugging Face's"
                    + " format), curves.png (loss and accuracy).",
            "",
            "A device file (effective rates: what training reaches; 'server' and 'count' may be left out; 'lamina profiles'"
                    + " lists the kinds):",
            "  server: {name: edge-box, effectiveFlopsPerSecond: 2.0e12, memoryBytes: 16e9}",
            "  devices:",
            "    - {kind: jetson-nano, count: 2}",
            "    - {name: camera, count: 4, effectiveFlopsPerSecond: 1.5e11, memoryBytes: 4e9,",
            "       uplinkBitsPerSecond: 20e6, downlinkBitsPerSecond: 100e6}",
            "",
            "Examples:",
            "  lamina finetune",
            "  lamina finetune --scheme central --max-steps 100",
            "  lamina finetune --model bge-small --data reviews.csv --text-column review --label-column stars",
            "  lamina finetune --devices 10 --partition dirichlet:0.3 --cut 2 --codec int8",
            "  lamina finetune recipes/quick.yaml --lr 5e-4 --out runs/mine --json -",
            "",
            "Exit codes: 0 done, 1 the run failed, 2 bad input, 130 interrupted."
        })
final class FinetuneCommand implements Callable<Integer> {
    private final Context context;

    @Spec private CommandSpec command;

    @SuppressWarnings("unused") // SpecDefaults reads it
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = SpecDefaults.LABEL,
            description =
                    "A run spec: YAML whose keys are the flags below without dashes (max-steps: 400). Flags override it.")
    private @Nullable Path specFile;

    @Mixin(name = "Model and data")
    private final FinetuneOptions.Input input = new FinetuneOptions.Input();

    @Mixin(name = "Devices and server")
    private final EdgeOptions edge = new EdgeOptions();

    @Mixin(name = "Wireless cell")
    private final CellOptions cell = new CellOptions();

    @Mixin(name = "Adapter")
    private final FinetuneOptions.Adapter adapter = new FinetuneOptions.Adapter();

    @Mixin(name = "Training")
    private final FinetuneOptions.Training training = new FinetuneOptions.Training();

    @Mixin(name = "Run")
    private final FinetuneOptions.Run run = new FinetuneOptions.Run();

    @Mixin(name = "Results")
    private final FinetuneOptions.Place place = new FinetuneOptions.Place();

    @Mixin(name = "Output")
    private final CommonOptions common = new CommonOptions();

    FinetuneCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        common.check();
        FinetuneSpec spec =
                FinetuneOptions.spec(input, edge, cell.wireless(), adapter, training, run);
        RunDirectory directory = directory();
        try (Finetune finetune = prepare(spec, directory)) {
            return run(finetune, directory.path());
        }
    }

    /// Input that proves bad leaves nothing behind.
    private Finetune prepare(FinetuneSpec spec, RunDirectory directory) {
        if (!common.quiet) {
            context.err().println("preparing " + input.model + " and " + input.data + " ...");
        }
        try {
            return Finetune.prepare(spec);
        } catch (RuntimeException | Error e) {
            if (place.resume == null) {
                directory.discard();
            }
            throw e;
        }
    }

    private int run(Finetune finetune, Path path) {
        tellDeployment(finetune);
        Map<String, Object> flags = SpecWriter.values(command, EdgeOptions::portable);
        if (place.resume == null) {
            SpecWriter.write(path.resolve("spec.yaml"), "finetune", flags);
        }
        RunSession session = new RunSession(context, "finetune", path, flags);
        try (StopSignal stop = StopSignal.install(context.err())) {
            @Nullable FinetuneResult result = train(finetune, path, session, stop);
            if (result == null) {
                session.end(Status.INTERRUPTED, null);
                context.err()
                        .println(
                                "saved; to go on: ./lamina finetune --resume "
                                        + FinetuneOutput.shown(path));
                return Failures.INTERRUPTED;
            }
            new FinetuneOutput(context, common, path)
                    .write(
                            result,
                            result.cuts().isEmpty() ? "uncut" : "cut " + Cuts.text(result.cuts()),
                            finetune::saveAdapter,
                            finetune::saveModel);
            session.end(Status.DONE, result);
            return Failures.DONE;
        } catch (RuntimeException | Error e) {
            session.end(Status.FAILED, null);
            throw e;
        }
    }

    /// What was decided for the user.
    private void tellDeployment(Finetune finetune) {
        for (String device : finetune.leftOut()) {
            context.err().println("left out: " + device + " has too little memory for its part");
        }
        @Nullable CutPlan plan = finetune.cutPlan();
        if (plan != null && !common.quiet) {
            context.err()
                    .println(
                            "cuts %s: eight steps in %.3g s; no cuts do it below %.3g s"
                                    .formatted(
                                            Cuts.text(plan.cuts()),
                                            plan.makespanSeconds(),
                                            plan.lowerBoundSeconds()));
        }
        Scheme scheme = Scheme.of(edge.scheme);
        boolean chosen = scheme.averagesGradients() || edge.cuts(scheme).isEmpty();
        if (chosen && finetune.cuts().contains(0)) {
            context.err()
                    .println(
                            "note: only the embedding is below the cut on a device, and its texts can be read from"
                                    + " what it sends; --scheme shared --cut 1 or more if that matters");
        }
    }

    private @Nullable FinetuneResult train(
            Finetune finetune, Path path, RunSession session, StopSignal stop) {
        try (Progress progress = new Progress(context, common.quiet, stop, session::begin)) {
            return finetune.run(path, place.resume != null, progress);
        }
    }

    private RunDirectory directory() {
        if (place.resume == null) {
            return RunDirectory.create(context, "finetune", place.out);
        }
        BadInputException.check(
                place.out == null
                        || place.out
                                .toAbsolutePath()
                                .normalize()
                                .equals(place.resume.toAbsolutePath().normalize()),
                "--out " + place.out + " is given together with --resume " + place.resume,
                "leave --out out: a run goes on in its own directory");
        return RunDirectory.resume(place.resume);
    }
}
