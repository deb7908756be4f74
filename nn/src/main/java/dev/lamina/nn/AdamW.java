package dev.lamina.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// AdamW with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2),
/// PyTorch's arithmetic: θ ← θ(1 − ηλ) − η · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε).
///
/// The state (moments and step) belongs to one [Parameters]; it can be stored and restored, and
/// each of several adapter sets has its own: switching the set switches the state.
public final class AdamW {
    private static final String FIRST = "adamw.m.";
    private static final String SECOND = "adamw.v.";
    private static final String STEP = "adamw.step";

    /// The hyper-parameters.
    ///
    /// @param beta1 decay of the first moment
    /// @param beta2 decay of the second moment
    /// @param epsilon added to the root of the second moment
    /// @param weightDecay λ, per step and times the learning rate
    public record Config(double beta1, double beta2, double epsilon, double weightDecay) {
        /// β₁ 0.9, β₂ 0.999, ε 1e-8.
        public static Config withWeightDecay(double weightDecay) {
            return new Config(0.9, 0.999, 1e-8, weightDecay);
        }
    }

    private final Config config;
    private final Parameters parameters;
    private final Map<String, float[]> firstMoments = new LinkedHashMap<>();
    private final Map<String, float[]> secondMoments = new LinkedHashMap<>();
    private int step;

    public AdamW(Config config, Parameters parameters) {
        this.config = config;
        this.parameters = parameters;
        parameters
                .values()
                .forEach((name, tensor) -> {
                    firstMoments.put(name, new float[tensor.size()]);
                    secondMoments.put(name, new float[tensor.size()]);
                });
    }

    /// Steps taken so far.
    public int steps() {
        return step;
    }

    /// One update from the given gradients (one for each parameter, by name).
    public void step(Map<String, FloatTensor> gradients, double learningRate) {
        step++;
        double correction1 = 1 - Math.pow(config.beta1, step);
        double correction2 = Math.sqrt(1 - Math.pow(config.beta2, step));
        float decay = (float) (1 - learningRate * config.weightDecay);
        float rate = (float) (learningRate / correction1);
        parameters
                .values()
                .forEach((name, tensor) -> {
                    FloatTensor gradient = gradients.get(name);
                    if (gradient == null) {
                        throw new IllegalArgumentException("no gradient for parameter " + name);
                    }
                    update(
                            tensor.values(),
                            gradient.values(),
                            moment(firstMoments, name),
                            moment(secondMoments, name),
                            decay,
                            rate,
                            (float) correction2);
                });
        parameters.publish();
    }

    private void update(
            float[] x,
            float[] g,
            float[] m,
            float[] v,
            float decay,
            float rate,
            float correction2) {
        float beta1 = (float) config.beta1;
        float beta2 = (float) config.beta2;
        float rest1 = (float) (1 - config.beta1);
        float rest2 = (float) (1 - config.beta2);
        float epsilon = (float) config.epsilon;
        for (int i = 0; i < x.length; i++) {
            m[i] = beta1 * m[i] + rest1 * g[i];
            v[i] = beta2 * v[i] + rest2 * g[i] * g[i];
            float denominator = (float) Math.sqrt(v[i]) / correction2 + epsilon;
            x[i] = x[i] * decay - rate * m[i] / denominator;
        }
    }

    /// Copies of moments and step, by parameter name, for a checkpoint or a switch of machine.
    public SequencedMap<String, FloatTensor> state() {
        SequencedMap<String, FloatTensor> state = new LinkedHashMap<>();
        parameters
                .values()
                .forEach((name, tensor) -> {
                    state.put(
                            FIRST + name,
                            new FloatTensor(tensor.shape(), moment(firstMoments, name).clone()));
                    state.put(
                            SECOND + name,
                            new FloatTensor(tensor.shape(), moment(secondMoments, name).clone()));
                });
        state.put(STEP, new FloatTensor(new long[0], new float[] {step}));
        return state;
    }

    /// Takes over what [#state()] gave.
    ///
    /// @throws IllegalArgumentException if an entry is missing or has another size
    public void restore(Map<String, FloatTensor> state) {
        parameters
                .values()
                .forEach((name, tensor) -> {
                    copy(state, FIRST + name, moment(firstMoments, name));
                    copy(state, SECOND + name, moment(secondMoments, name));
                });
        float[] stored = new float[1];
        copy(state, STEP, stored);
        step = Math.round(stored[0]);
    }

    private static void copy(Map<String, FloatTensor> state, String name, float[] target) {
        FloatTensor tensor = state.get(name);
        if (tensor == null || tensor.size() != target.length) {
            throw new IllegalArgumentException(
                    "optimiser state "
                            + name
                            + " of size "
                            + target.length
                            + " is given "
                            + tensor);
        }
        System.arraycopy(tensor.values(), 0, target, 0, target.length);
    }

    private static float[] moment(Map<String, float[]> moments, String name) {
        float[] moment = moments.get(name);
        if (moment == null) {
            throw new IllegalArgumentException("no optimiser state for parameter " + name);
        }
        return moment;
    }
}
