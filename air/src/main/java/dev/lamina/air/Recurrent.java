package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;
import ai.djl.nn.recurrent.RNN;
import dev.lamina.base.BadInputException;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/// The recurrent baselines of LLM4CP (arXiv 2406.14440, V-A; its code's `models/model.py`): a
/// linear layer in, some recurrent layers, a linear layer out. They read the past step by step and
/// then their own predictions.
///
/// Predictions of another band (FDD) are fed back through a linear layer of their own (ours: the
/// original feeds them into the layer for the history's band).
///
/// Shape suffixes: B sequences, T steps of the past, C its channels, H hidden, L layers, O channels
/// of the future.
///
/// @param shape of the sequences
/// @param cell of the recurrent layers
/// @param hidden H, 128 in our reference runs (LLM4CP's is not known)
/// @param layers L, 2 in LLM4CP
public record Recurrent(SequenceShape shape, Cell cell, int hidden, int layers)
        implements SequenceModel, SequenceNetwork {
    private static final int DEFAULT_HIDDEN = 128;
    private static final int DEFAULT_LAYERS = 2;

    /// A recurrent cell; PyTorch's equations.
    public enum Cell {
        RNN(1),
        GRU(3),
        LSTM(4);

        private final int gates;

        Cell(int gates) {
            this.gates = gates;
        }
    }

    public Recurrent {
        BadInputException.check(
                hidden >= 1 && hidden <= 1 << 14 && layers >= 1 && layers <= 100,
                "a hidden size of " + hidden + " in " + layers + " layers",
                "take 128 and 2.");
    }

    /// Of the usual size.
    public static Recurrent standard(SequenceShape shape, Cell cell) {
        return new Recurrent(shape, cell, DEFAULT_HIDDEN, DEFAULT_LAYERS);
    }

    @Override
    public String name() {
        return cell.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public SequenceNetwork network() {
        return this;
    }

    @Override
    public SequencedMap<String, FloatTensor> initial(long seed) {
        Initial initial = new Initial(seed);
        double bound = 1 / Math.sqrt(hidden);
        initial.linear("input", hidden, shape.inputs());
        for (int i = 0; i < layers; i++) {
            int rows = cell.gates * hidden;
            initial.uniform("recurrent." + i + ".input.weight", bound, rows, hidden);
            initial.uniform("recurrent." + i + ".hidden.weight", bound, rows, hidden);
            initial.uniform("recurrent." + i + ".input.bias", bound, rows);
            initial.uniform("recurrent." + i + ".hidden.bias", bound, rows);
        }
        initial.linear("output", shape.outputs(), hidden);
        if (!shape.sameBand()) {
            initial.linear("feedback", hidden, shape.outputs());
        }
        return initial.tensors();
    }

    @Override
    public NDArray forward(NDArray x_BTC, Parameters parameters, Pass pass) {
        NDList weights = weights(parameters);
        NDArray u_BTH = Layers.linear(parameters, "input", x_BTC);
        NDList state = zeros(x_BTC.getShape().get(0), pass.manager()); // [L,B,H], LSTM two
        List<NDArray> future = new ArrayList<>();
        while (true) {
            NDList result = recur(u_BTH, state, weights);
            NDArray last_B1H = result.get(0).get(":,-1:");
            NDArray y_B1O = Layers.linear(parameters, "output", last_B1H);
            future.add(y_B1O);
            if (future.size() == shape.horizon()) {
                return Layers.concat(future, 1);
            }
            state = result.subNDList(1);
            u_BTH = Layers.linear(parameters, shape.sameBand() ? "input" : "feedback", y_B1O);
        }
    }

    private NDList weights(Parameters parameters) {
        NDList weights = new NDList();
        for (int i = 0; i < layers; i++) {
            for (String tensor :
                    List.of("input.weight", "hidden.weight", "input.bias", "hidden.bias")) {
                weights.add(parameters.leaf("recurrent." + i + "." + tensor));
            }
        }
        return weights;
    }

    private NDList zeros(long sequences, NDManager manager) {
        NDList state = new NDList();
        for (int i = 0; i < (cell == Cell.LSTM ? 2 : 1); i++) {
            state.add(manager.zeros(new Shape(layers, sequences, hidden)));
        }
        return state;
    }

    /// All outputs of the last layer `[B,T,H]`, then the state after the last step.
    private NDList recur(NDArray u_BTH, NDList state, NDList weights) {
        NDArrayEx engine = u_BTH.getNDArrayInternal();
        return switch (cell) {
            case RNN ->
                    engine.rnn(
                            u_BTH,
                            state.get(0),
                            weights,
                            true,
                            layers,
                            RNN.Activation.TANH,
                            0,
                            false,
                            false,
                            true);
            case GRU ->
                    engine.gru(u_BTH, state.get(0), weights, true, layers, 0, false, false, true);
            case LSTM -> lstm(u_BTH, state, weights);
        };
    }

    /// Step by step: the engine's own is oneDNN's, which on some machines answers otherwise without
    /// gradients than with them (docs/log.md, 2026-11-30).
    private NDList lstm(NDArray u_BTH, NDList state, NDList weights) {
        NDArray x_BTH = u_BTH;
        List<NDArray> hiddenStates = new ArrayList<>();
        List<NDArray> cellStates = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            NDArray fromInput_BT4H =
                    linear(x_BTH, weights.get(4 * layer), weights.get(4 * layer + 2));
            NDArray h_BH = state.get(0).get(layer);
            NDArray c_BH = state.get(1).get(layer);
            List<NDArray> outputs = new ArrayList<>();
            for (long t = 0; t < x_BTH.getShape().get(1); t++) {
                NDArray gates_B4H =
                        linear(h_BH, weights.get(4 * layer + 1), weights.get(4 * layer + 3))
                                .add(fromInput_BT4H.get(":," + t));
                NDList gates = gates_B4H.split(4, 1); // input, forget, cell, output
                NDArray kept_BH = Activation.sigmoid(gates.get(1)).mul(c_BH);
                c_BH = Activation.sigmoid(gates.get(0)).mul(gates.get(2).tanh()).add(kept_BH);
                h_BH = Activation.sigmoid(gates.get(3)).mul(c_BH.tanh());
                outputs.add(h_BH.expandDims(1));
            }
            hiddenStates.add(h_BH.expandDims(0));
            cellStates.add(c_BH.expandDims(0));
            x_BTH = Layers.concat(outputs, 1);
        }
        return new NDList(x_BTH, Layers.concat(hiddenStates, 0), Layers.concat(cellStates, 0));
    }

    private static NDArray linear(NDArray x, NDArray weight, NDArray bias) {
        return Linear.linear(x, weight, bias).singletonOrThrow();
    }
}
