package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.base.Seeds;
import dev.lamina.nn.AdamW;
import dev.lamina.nn.Autograd;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Gradients;
import dev.lamina.nn.LearningRate;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/// Trains a predictor on one party's tracks with AdamW: all at once ([#train]), or some epochs from
/// given parameters at a time ([#local]), as a server of a federation does. Several trainers, each
/// with its own tracks and optimiser state, may take turns with one model. The same tracks, model
/// and seed give the same parameters to the last bit. Call it on a platform thread.
///
/// @param <E> the model's examples
public final class Trainer<E> {
    private final Trainable<E> model;
    private final List<E> examples;
    private final Examples<E> validation;
    private final TrainingConfig config;
    private final LearningRate rate;
    private final int totalSteps;
    private AdamW optimizer;
    private int step;
    private int epoch;

    /// Makes the examples.
    ///
    /// @param training tracks to learn from
    /// @param validation tracks to judge by; none to go without
    /// @throws BadInputException if there is nothing to learn from, or the tracks do not fit
    public Trainer(
            Trainable<E> model,
            List<Track> training,
            List<Track> validation,
            TrainingConfig config) {
        this(model, Examples.of(model, training), Examples.of(model, validation), config);
    }

    /// With examples of this model that were made before.
    public Trainer(
            Trainable<E> model,
            Examples<E> training,
            Examples<E> validation,
            TrainingConfig config) {
        this.model = model;
        this.validation = validation;
        this.config = config;
        examples = training.all();
        BadInputException.check(
                !examples.isEmpty(), "there are no training tracks", "the split is too small.");
        totalSteps = (int) Math.min(config.maxSteps(), (long) stepsOfEpoch() * config.epochs());
        int warmup = (int) Math.round(config.warmup() * totalSteps);
        rate = new LearningRate(config.learningRate(), config.decay(), warmup, totalSteps);
        optimizer = newOptimizer();
    }

    private AdamW newOptimizer() {
        return new AdamW(AdamW.Config.withWeightDecay(config.weightDecay()), model.parameters());
    }

    /// Trains to the end, or until the listener asks to stop, and keeps the parameters that did
    /// best on the validation tracks; without any, the last.
    ///
    /// @return a report of each epoch; the last may be of a part of one
    public List<EpochReport> train(TrainingListener listener) {
        List<EpochReport> reports = new ArrayList<>();
        double lowest = Double.POSITIVE_INFINITY;
        SequencedMap<String, FloatTensor> best = null;
        while (epoch < config.epochs() && step < totalSteps) {
            int before = step;
            double loss = epoch(listener);
            if (step == before) {
                break; // stopped
            }
            double nmse = validation.tracks() == 0 ? Double.NaN : validationNmse();
            boolean better = nmse < lowest;
            if (better) {
                lowest = nmse;
                best = parameters();
            }
            EpochReport report =
                    new EpochReport(
                            epoch, step, loss, validation.tracks() == 0 ? null : nmse, better);
            reports.add(report);
            listener.epoch(report);
        }
        if (best != null) {
            assign(best);
        }
        return reports;
    }

    /// Some epochs from these parameters: what a server of a federation does in a round. The
    /// learning rate goes on where it was.
    ///
    /// @param from names and values; further entries are not looked at
    /// @param epochs how many
    /// @param keepOptimizer whether AdamW's moments stay as this trainer's last round left them, or
    ///   begin at zero
    /// @return a report of each epoch, not validated; the model then has the new parameters
    public List<EpochReport> local(
            Map<String, FloatTensor> from,
            int epochs,
            boolean keepOptimizer,
            TrainingListener listener) {
        assign(from);
        if (!keepOptimizer) {
            optimizer = newOptimizer();
        }
        List<EpochReport> reports = new ArrayList<>();
        for (int i = 0; i < epochs; i++) {
            int before = step;
            double loss = epoch(listener);
            if (step == before) {
                break;
            }
            EpochReport report = new EpochReport(epoch, step, loss, null, false);
            reports.add(report);
            listener.epoch(report);
        }
        return reports;
    }

    /// Copies of the trainable parameters.
    public SequencedMap<String, FloatTensor> parameters() {
        return model.parameters().snapshot();
    }

    /// Gives the model these parameters.
    public void assign(Map<String, FloatTensor> parameters) {
        model.parameters().assign(parameters);
    }

    /// Steps of one pass over the examples.
    int stepsOfEpoch() {
        return (examples.size() + config.batch() - 1) / config.batch();
    }

    /// The optimiser's state, to go on with later.
    SequencedMap<String, FloatTensor> state() {
        return optimizer.state();
    }

    /// Goes on after so many epochs with what [#state()] gave then.
    void restore(Map<String, FloatTensor> state, int epochsDone) {
        optimizer.restore(state);
        goOn(epochsDone);
    }

    /// Goes on after so many epochs with a fresh optimiser.
    void restart(int epochsDone) {
        optimizer = newOptimizer();
        goOn(epochsDone);
    }

    private void goOn(int epochsDone) {
        epoch = epochsDone;
        step = (int) Math.min(totalSteps, (long) stepsOfEpoch() * epochsDone);
    }

    /// How many examples there are: the weight in an average.
    public int examples() {
        return examples.size();
    }

    /// The loss of the parameters as they are, over all training examples: that of the global model
    /// at the beginning of a round. Nothing is trained, varied or dropped.
    public double trainingLoss() {
        double sum = 0;
        for (int from = 0; from < examples.size(); from += config.batch()) {
            List<E> batch =
                    examples.subList(from, Math.min(from + config.batch(), examples.size()));
            sum += batch.size() * loss(model, batch);
        }
        return sum / examples.size();
    }

    /// The error on the validation tracks, against their labels.
    public double validationNmse() {
        return nmse(model, validation);
    }

    /// The mean error over tracks, against their labels: [Nmse#againstLabels] without making the
    /// examples again.
    static <E> double nmse(Trainable<E> model, Examples<E> judged) {
        return nmseByTrack(model, judged).stream().mapToDouble(e -> e).sum() / judged.tracks();
    }

    /// The error of each track, against its labels.
    public static <E> List<Double> nmseByTrack(Trainable<E> model, Examples<E> judged) {
        return judged.byTrack().stream()
                .map(track -> track.isEmpty() ? 1 : loss(model, track))
                .toList();
    }

    private static <E> double loss(Trainable<E> model, List<E> batch) {
        try (NDManager scope = model.manager().newSubManager()) {
            return Autograd.withoutGradient(() -> value(model.loss(batch, Pass.evaluation(scope))));
        }
    }

    /// The mean loss; over fewer than all examples if it is stopped, or the last step is reached.
    private double epoch(TrainingListener listener) {
        int[] order = shuffled();
        double sum = 0;
        int done = 0;
        while (done < order.length && step < config.maxSteps() && !listener.stopRequested()) {
            int to = Math.min(done + config.batch(), order.length);
            List<E> batch = new ArrayList<>();
            for (int i = done; i < to; i++) {
                batch.add(example(order[i]));
            }
            double loss = step(batch);
            sum += loss * (to - done);
            done = to;
            listener.stepped(step, totalSteps, loss);
        }
        if (done > 0) {
            epoch++;
        }
        return sum / done;
    }

    private E example(int index) {
        E example = examples.get(index);
        return config.varied()
                ? model.varied(example, Seeds.stream(config.seed(), "varied", epoch, index))
                : example;
    }

    private double step(List<E> batch) {
        Parameters parameters = model.parameters();
        double loss;
        try (NDManager scope = model.manager().newSubManager()) {
            Pass pass = Pass.training(scope, Seeds.derive(config.seed(), "step", step));
            NDArray scalar = Autograd.recording(() -> model.loss(batch, pass));
            loss = value(scalar);
            if (!Double.isFinite(loss)) {
                throw new IllegalStateException(
                        "the training of "
                                + model.name()
                                + " has diverged: a loss of "
                                + loss
                                + " in step "
                                + (step + 1));
            }
            Autograd.backward(scalar);
        }
        SequencedMap<String, FloatTensor> gradients = parameters.takeGradients();
        Gradients.clip(gradients.values(), config.clipNorm());
        optimizer.step(gradients, rate.at(step));
        step++;
        return loss;
    }

    private static double value(NDArray scalar) {
        return Tensors.toJava(scalar).values()[0];
    }

    private int[] shuffled() {
        int[] order = new int[examples.size()];
        RandomGenerator random = Seeds.stream(config.seed(), "order", epoch);
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
