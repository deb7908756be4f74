package dev.lamina.train;

import ai.djl.ndarray.NDManager;
import dev.lamina.edge.StepCost;
import dev.lamina.lam.Backbone;
import dev.lamina.lam.Bert;
import dev.lamina.lam.Head;
import dev.lamina.lam.Lora;
import dev.lamina.lam.Segment;
import dev.lamina.nn.EncodedTensor;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/// The server's role of a run by itself, on activations of full batches and longest texts: what
/// measurements of its memory and speed are made with. It holds what its scheme needs for steps and
/// nothing else: no embedding, no block below the lowest cut, no test data.
public final class ServerProbe implements AutoCloseable {
    private final FinetuneSpec spec;
    private final Bert.Config shape;
    private final int classes;
    private final NDManager manager;
    private final Server server;
    private final SequencedMap<String, FloatTensor> initial;
    private final List<Segment> parts = new ArrayList<>();
    private int step;

    /// Loads the model and takes the devices in.
    ///
    /// @param classes of the head
    /// @throws dev.lamina.base.BadInputException if the spec does not fit the model or its machines
    public ServerProbe(FinetuneSpec given, int classes) {
        this.classes = classes;
        manager = Tensors.newManager();
        try (Backbone backbone = Backbone.load(given.model(), given.seed())) {
            shape = backbone.bert().config();
            spec = Deployment.of(given, shape, classes).spec();
            initial = spec.lora().initial(shape, spec.seed());
            initial.put(Lora.HEAD_WEIGHT, FloatTensor.zeros(classes, shape.hidden()));
            initial.put(Lora.HEAD_BIAS, FloatTensor.zeros(classes));
            int lowest = IntStream.range(0, devices()).map(spec::cut).min().orElse(0);
            List<Bert.Block> above = backbone.bert().blocks().subList(lowest, shape.layers());
            Segment held = new Segment(null, lowest, above, head(backbone)).copyTo(manager);
            for (int u = 0; u < devices(); u++) {
                parts.add(
                        new Segment(
                                null,
                                spec.cut(u),
                                held.blocks().subList(spec.cut(u) - lowest, held.blocks().size()),
                                spec.execution().headOnDevice() ? null : held.head()));
            }
            server = new Server(manager, initial, spec.scheme(), spec.execution().recompute());
            TrainingRule rule = TrainingRule.of(spec, 1000);
            for (int u = 0; u < devices(); u++) {
                server.admit(u, parts.get(u), rule);
                if (!spec.scheme().inTurn()) {
                    server.begin(u, 0, 0, 1000, List.of());
                }
            }
        }
    }

    private Head head(Backbone backbone) {
        return new Head(
                backbone.pooling(),
                Tensors.toEngine(manager, FloatTensor.zeros(classes, shape.hidden())),
                Tensors.toEngine(manager, FloatTensor.zeros(classes)));
    }

    /// The spec with its cuts.
    public FinetuneSpec spec() {
        return spec;
    }

    /// What the memory model says of it.
    public long modelledBytes() {
        return MemoryModel.of(spec, shape, classes)
                .server(spec, Collections.nCopies(devices(), batch()));
    }

    /// Floating-point operations of one step of every device here (derived: forward, and backward
    /// as much again).
    public double stepFlops() {
        return passes(
                StepCost.blockForwardFlops(
                        spec.batch(), spec.seqLen(), shape.hidden(), shape.intermediate()));
    }

    /// The same with what is bound by memory ([StepCost#blockForwardWork]).
    public double stepWork() {
        return passes(
                StepCost.blockForwardWork(
                        spec.batch(), spec.seqLen(), shape.hidden(), shape.intermediate()));
    }

    private double passes(double blockForward) {
        return parts.stream().mapToDouble(part -> 2 * part.blocks().size() * blockForward).sum();
    }

    private int devices() {
        return spec.devices().size();
    }

    private BatchShape batch() {
        return new BatchShape(spec.batch(), spec.seqLen());
    }

    /// A step of every device, one after another; seconds.
    public double inTurn() {
        return timed(() -> {
            for (int u = 0; u < devices(); u++) {
                if (spec.scheme().inTurn()) {
                    server.begin(u, 0, step, 1, List.of());
                }
                serve(u);
                if (spec.scheme().inTurn()) {
                    handOn(u);
                }
            }
            return List.of();
        });
    }

    /// A step of every device, all at once, each on a thread of its own; seconds.
    public double atOnce() {
        return timed(() ->
                IntStream.range(0, devices())
                        .<Callable<Boolean>>mapToObj(u ->
                                () -> {
                                    serve(u);
                                    return true;
                                })
                        .toList());
    }

    /// A step of every device in one pass through the frozen weights; seconds.
    public double together() {
        return timed(() -> {
            SequencedMap<Integer, Message.Activation> all = new LinkedHashMap<>();
            for (int u = 0; u < devices(); u++) {
                all.put(u, activation(u, MicroBatch.first(0, step, 1, spec.batch())));
            }
            server.stepTogether(all);
            return List.of();
        });
    }

    /// Runs `first`, then the tasks that it gives side by side, on threads that compute anew with
    /// the engine's present number of threads.
    private double timed(Callable<List<Callable<Boolean>>> first) {
        long began = System.nanoTime();
        try (ExecutorService pool =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofPlatform().name("probe-", 0).factory())) {
            for (Future<Boolean> task : pool.invokeAll(pool.submit(first).get())) {
                task.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        step++;
        return (System.nanoTime() - began) / 1e9;
    }

    private void serve(int device) {
        MicroBatch first = MicroBatch.first(0, step, spec.execution().microBatches(), spec.batch());
        for (int part = 0; part < first.parts(); part++) {
            MicroBatch at = first.part(part);
            Message answer = server.step(device, activation(device, at));
            if (answer instanceof Message.Representation representation) {
                server.step(
                        device, new Message.RepresentationGradient(at, 1, representation.hidden()));
            }
        }
    }

    private Message.Activation activation(int device, MicroBatch at) {
        FloatTensor hidden = FloatTensor.zeros(at.rows(), spec.seqLen(), shape.hidden());
        for (int i = 0; i < hidden.size(); i++) { // anything that is not the same everywhere
            hidden.values()[i] = (float) Math.sin(i * 0.7 + device + at.part());
        }
        return new Message.Activation(
                at,
                EncodedTensor.of(spec.codec(), hidden),
                Collections.nCopies(at.rows(), spec.seqLen()),
                spec.execution().headOnDevice()
                        ? null
                        : IntStream.range(0, at.rows()).mapToObj(i -> i % classes).toList());
    }

    private void handOn(int device) {
        SequencedMap<String, EncodedTensor> lower = new LinkedHashMap<>();
        initial.forEach((name, tensor) -> {
            if (!spec.lora().names(parts.get(device)).contains(name)) {
                lower.put(name, EncodedTensor.of(spec.updateCodec(), tensor));
            }
        });
        SortedMap<Integer, Message.AdapterUpdate> update = new TreeMap<>();
        update.put(device, new Message.AdapterUpdate(0, spec.batch(), 1, lower));
        server.aggregate(update);
    }

    @Override
    public void close() {
        server.close();
        manager.close();
    }
}
