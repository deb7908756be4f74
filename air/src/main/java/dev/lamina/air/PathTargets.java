package dev.lamina.air;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.lamina.nn.FloatTensor;
import dev.lamina.nn.Tensors;
import java.util.List;

/// What several tracks' gains to come are judged by, in the engine: [PathExample]. Suffixes as in
/// [PathNetwork].
///
/// @param products_BPFS Aᴴ h over each track's energy
/// @param gramReal_BPP real parts of Aᴴ A over each track's energy
/// @param gramImaginary_BPP imaginary parts
/// @param weights_B of each track's error, 1 in all
record PathTargets(
        NDArray products_BPFS, NDArray gramReal_BPP, NDArray gramImaginary_BPP, NDArray weights_B) {
    /// @param batch the examples whose tokens `input` has
    static PathTargets of(List<PathExample> batch, PathBatch input, NDManager manager) {
        int paths = (int) input.mask_BP().getShape().get(1);
        int horizon = (int) input.turns_BPF1().getFirst().getShape().get(2);
        int ports = (int) input.series_BPTS().getShape().get(3) / 2;
        FloatTensor products = FloatTensor.zeros(batch.size(), paths, horizon, 2L * ports);
        FloatTensor real = FloatTensor.zeros(batch.size(), paths, paths);
        FloatTensor imaginary = FloatTensor.zeros(batch.size(), paths, paths);
        FloatTensor weights = FloatTensor.zeros(batch.size());
        double total = batch.stream().mapToDouble(PathExample::weight).sum();
        for (int b = 0; b < batch.size(); b++) {
            weights.values()[b] = (float) (batch.get(b).weight() / total);
            PathExample example = batch.get(b);
            int count = example.tokens().count();
            float scale = (float) (1 / example.energy());
            for (int p = 0; p < count; p++) {
                int row = (b * paths + p) * horizon;
                PathBatch.split(
                        example.products(),
                        p * horizon,
                        horizon,
                        example.tokens().ports(),
                        products.values(),
                        row,
                        ports);
                for (int i = 2 * row * ports; i < 2 * (row + horizon) * ports; i++) {
                    products.values()[i] *= scale;
                }
                for (int q = 0; q < count; q++) {
                    int from = 2 * (p * count + q);
                    int to = (b * paths + p) * paths + q;
                    real.values()[to] = scale * example.gram()[from];
                    imaginary.values()[to] = scale * example.gram()[from + 1];
                }
            }
        }
        return new PathTargets(
                Tensors.toEngine(manager, products),
                Tensors.toEngine(manager, real),
                Tensors.toEngine(manager, imaginary),
                Tensors.toEngine(manager, weights));
    }

    /// The normalised squared error of each track, `[B]`: 1 - 2 Re(ĝᴴ c) + ĝᴴ G ĝ.
    NDArray errors_B(NDArray y_BPFS) {
        Shape shape = y_BPFS.getShape();
        long tracks = shape.get(0);
        long paths = shape.get(1);
        long ports = shape.get(3) / 2;
        NDArray linear_B = y_BPFS.mul(products_BPFS).reshape(tracks, -1).sum(new int[] {1});
        NDArray y_BPV = y_BPFS.reshape(tracks, paths, -1);
        NDArray own_B =
                gramReal_BPP.matMul(y_BPV).mul(y_BPV).reshape(tracks, -1).sum(new int[] {1});
        NDArray real_BPV = y_BPFS.get(":,:,:,:" + ports).reshape(tracks, paths, -1);
        NDArray imaginary_BPV = y_BPFS.get(":,:,:," + ports + ":").reshape(tracks, paths, -1);
        NDArray cross_B =
                gramImaginary_BPP
                        .matMul(real_BPV)
                        .mul(imaginary_BPV)
                        .reshape(tracks, -1)
                        .sum(new int[] {1});
        return own_B.add(Tensors.times(cross_B.sub(linear_B), 2)).add(1);
    }
}
