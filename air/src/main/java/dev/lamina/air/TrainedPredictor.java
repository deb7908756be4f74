package dev.lamina.air;

import ai.djl.ndarray.NDManager;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import dev.lamina.nn.Tensors;
import java.util.Arrays;
import java.util.Map;

/// A [TrainableModel] with parameters.
///
/// @param <E> its examples
public abstract sealed class TrainedPredictor<E> implements Trainable<E>, AutoCloseable
        permits SequencePredictor, PathPredictor {
    private final Network network;
    private final boolean ownsNetwork;
    private final NDManager manager = Tensors.newManager();
    private final Parameters parameters;

    /// @param ownsNetwork whether it is closed with this predictor
    /// @param values of the parameters
    TrainedPredictor(Network network, boolean ownsNetwork, Map<String, FloatTensor> values) {
        this.network = network;
        this.ownsNetwork = ownsNetwork;
        parameters = new Parameters(manager, values, network.constants());
    }

    /// The values, if they are those of the model's parameters; otherwise the network is closed.
    ///
    /// @throws BadInputException if there is one too few or too many, or one has another shape
    static Map<String, FloatTensor> checked(
            TrainableModel model, Network network, Map<String, FloatTensor> values) {
        try {
            check(model.name(), network.initial(0), values);
            return values;
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    private static void check(
            String name, Map<String, FloatTensor> expected, Map<String, FloatTensor> given) {
        expected.forEach((tensor, value) -> {
            FloatTensor found = given.get(tensor);
            BadInputException.check(
                    found != null && Arrays.equals(found.shape(), value.shape()),
                    "parameter " + tensor + " of " + name + " is " + found + ", not " + value,
                    "the weights are another model's.");
        });
        for (String tensor : given.keySet()) {
            BadInputException.check(
                    expected.containsKey(tensor),
                    name + " has no parameter " + tensor,
                    "the weights are another model's.");
        }
    }

    /// What it is, without the parameters.
    public abstract TrainableModel model();

    /// The same network with a copy of the parameters, for another thread or party. It must not be
    /// used after this one is closed.
    public abstract TrainedPredictor<E> copy();

    @Override
    public final String name() {
        return model().name();
    }

    @Override
    public final Parameters parameters() {
        return parameters;
    }

    @Override
    public final NDManager manager() {
        return manager;
    }

    @Override
    public final void close() {
        parameters.close();
        manager.close();
        if (ownsNetwork) {
            network.close();
        }
    }
}
