package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.util.List;

/// Several tracks' tokens in the engine, padded with zeros to as many paths and ports as the
/// largest has. Real parts of all ports stand before imaginary parts. Suffixes as in [PathNetwork];
/// V = F 2S.
///
/// @param mask_BP 1 on paths
/// @param series_BPTS `[B,P,2T,2S]`: weights' real parts, then imaginary parts, times it are a
///   complex product
/// @param turns_BPF1 cosines and sines
record PathBatch(
        NDArray features_BPC,
        NDArray mask_BP,
        NDArray guesses_BPGV,
        NDArray series_BPTS,
        List<NDArray> turns_BPF1) {
    static PathBatch of(PathModel model, List<PathTokens> batch, NDManager manager) {
        int paths = Math.max(1, batch.stream().mapToInt(PathTokens::count).max().orElse(1));
        int ports = batch.stream().mapToInt(PathTokens::ports).max().orElse(1);
        int steps = model.steps();
        int horizon = model.horizon();
        int each = PathTokens.features(steps);
        Buffer features = new Buffer(batch.size(), paths, each);
        Buffer mask = new Buffer(batch.size(), paths);
        Buffer guesses =
                new Buffer(batch.size(), paths, PathTokens.GUESS_COUNT, horizon * 2L * ports);
        Buffer series = new Buffer(batch.size(), paths, 2L * steps, 2L * ports);
        Buffer cosines = new Buffer(batch.size(), paths, horizon, 1);
        Buffer sines = new Buffer(batch.size(), paths, horizon, 1);
        for (int b = 0; b < batch.size(); b++) {
            PathTokens tokens = batch.get(b);
            for (int p = 0; p < tokens.count(); p++) {
                int row = b * paths + p;
                System.arraycopy(tokens.features(), p * each, features.values(), row * each, each);
                mask.values()[row] = 1;
                int rows = PathTokens.GUESS_COUNT * horizon;
                split(
                        tokens.guesses(),
                        p * rows,
                        rows,
                        tokens.ports(),
                        guesses.values(),
                        row * rows,
                        ports);
                split(
                        tokens.series(),
                        p * steps,
                        steps,
                        tokens.ports(),
                        series.values(),
                        2 * row * steps,
                        ports);
                rotated(series.values(), 2 * row * steps, steps, ports);
                for (int f = 0; f < horizon; f++) {
                    int from = 2 * (p * horizon + f);
                    cosines.values()[row * horizon + f] = tokens.turns()[from];
                    sines.values()[row * horizon + f] = tokens.turns()[from + 1];
                }
            }
        }
        return new PathBatch(
                features.toEngine(manager),
                mask.toEngine(manager),
                guesses.toEngine(manager),
                series.toEngine(manager),
                List.of(cosines.toEngine(manager), sines.toEngine(manager)));
    }

    /// An array in the making.
    private record Buffer(FloatTensor tensor) {
        Buffer(long... shape) {
            this(FloatTensor.zeros(shape));
        }

        float[] values() {
            return tensor.values();
        }

        NDArray toEngine(NDManager manager) {
            return Tensors.toEngine(manager, tensor);
        }
    }

    /// Rows [port, 2] to rows of all real parts, then all imaginary parts.
    ///
    /// @param from `to` first rows
    static void split(
            float[] source, int from, int rows, int ports, float[] target, int to, int mostPorts) {
        for (int r = 0; r < rows; r++) {
            for (int s = 0; s < ports; s++) {
                int at = 2 * ((from + r) * ports + s);
                int into = 2 * (to + r) * mostPorts + s;
                target[into] = source[at];
                target[into + mostPorts] = source[at + 1];
            }
        }
    }

    /// After so many rows, those for the weights' imaginary parts: j z has the real part -Im z.
    private static void rotated(float[] rows, int first, int count, int ports) {
        for (int t = first; t < first + count; t++) {
            for (int s = 0; s < ports; s++) {
                rows[2 * (t + count) * ports + s] = -rows[(2 * t + 1) * ports + s];
                rows[(2 * (t + count) + 1) * ports + s] = rows[2 * t * ports + s];
            }
        }
    }

    /// Gains of a track's path to come out of what the network made, [step, port] with real and
    /// imaginary parts in turn.
    ///
    /// @param y `[B,P,F,2S]`
    static double[] gains(FloatTensor y, int track, int path, int ports) {
        int paths = (int) y.shape()[1];
        int horizon = (int) y.shape()[2];
        int row = (int) y.shape()[3];
        double[] gains = new double[2 * horizon * ports];
        for (int f = 0; f < horizon; f++) {
            int from = ((track * paths + path) * horizon + f) * row;
            for (int s = 0; s < ports; s++) {
                gains[2 * (f * ports + s)] = y.values()[from + s];
                gains[2 * (f * ports + s) + 1] = y.values()[from + row / 2 + s];
            }
        }
        return gains;
    }
}
