package dev.lamina.app;

import dev.lamina.app.RunRecord.Status;
import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import dev.lamina.bench.SflExperiment;
import dev.lamina.train.RunListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/// What all experiments of `lamina reproduce` have in common: a run's directory, its entry in the
/// run store, what is shown on the way, and how it ends.
///
/// @param name of the experiment
record ExperimentRun(
        Context context,
        CommandSpec command,
        String name,
        FinetuneOptions.Place place,
        CommonOptions common) {

    /// An experiment.
    ///
    /// @param <R> its result
    interface Experiment<R> {
        /// Does what is not done yet.
        ///
        /// @param directory where pieces are kept as they come
        /// @return null if it was asked to stop
        @Nullable R run(Path directory, SflExperiment.Listener listener);

        /// Writes `report.html` and pictures.
        void report(R result, Path directory);

        /// For the terminal.
        Table table(R result);
    }

    <R> int run(Experiment<R> experiment) {
        RunDirectory directory =
                place.resume == null
                        ? RunDirectory.create(context, "reproduce", place.out)
                        : RunDirectory.resume(place.resume);
        Path path = directory.path();
        Map<String, Object> flags = SpecWriter.values(command, EdgeOptions::portable);
        if (place.resume == null) {
            SpecWriter.write(path.resolve("spec.yaml"), "reproduce " + name, flags);
        }
        RunSession session = new RunSession(context, "reproduce", path, flags);
        try (StopSignal stop = StopSignal.install(context.err())) {
            session.begin();
            @Nullable R result = experiment.run(path, new Stages(stop));
            if (result == null) {
                session.end(Status.INTERRUPTED, null);
                context.err()
                        .println(
                                "saved; to go on: ./lamina reproduce "
                                        + name
                                        + " --resume "
                                        + FinetuneOutput.shown(path));
                return Failures.INTERRUPTED;
            }
            experiment.report(result, path);
            AtomicFiles.writeString(path.resolve("result.json"), Json.pretty(result) + "\n");
            common.write(context, result);
            if (common.showsTable()) {
                context.out().print(experiment.table(result));
                context.out()
                        .println(
                                "report           "
                                        + FinetuneOutput.shown(path.resolve("report.html")));
            }
            session.end(Status.DONE, result);
            return Failures.DONE;
        } catch (BadInputException e) {
            session.end(Status.FAILED, null);
            if (place.resume == null && !begun(path)) {
                directory.discard();
            }
            throw e;
        } catch (RuntimeException | Error e) {
            session.end(Status.FAILED, null);
            throw e;
        }
    }

    /// Whether there is something that took time to make.
    private static boolean begun(Path path) {
        try (Stream<Path> files = Files.list(path)) {
            return files.anyMatch(file -> !file.getFileName().toString().equals("spec.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Stages implements SflExperiment.Listener {
        private final StopSignal stop;

        Stages(StopSignal stop) {
            this.stop = stop;
        }

        @Override
        public void stage(String what) {
            if (!common.quiet) {
                context.err().println(what);
            }
        }

        @Override
        public RunListener training(String run) {
            return new Progress(context, common.quiet, stop, () -> {});
        }
    }
}
