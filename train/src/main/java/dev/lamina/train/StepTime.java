package dev.lamina.train;

import dev.lamina.edge.DeviceProfile;
import dev.lamina.edge.Job;
import dev.lamina.edge.StepCost;
import dev.lamina.lam.Bert;
import dev.lamina.lam.Lora;
import dev.lamina.nn.TensorCodec;
import java.util.List;

/// What the pieces of a device's step take on the declared machines (derived; see [StepCost]).
final class StepTime {
    private final FinetuneSpec spec;
    private final Bert.Config shape;
    private final int classes;

    StepTime(FinetuneSpec spec, Bert.Config shape, int classes) {
        this.spec = spec;
        this.shape = shape;
        this.classes = classes;
    }

    /// Bytes of a device's adapter update at a round's end.
    double upBytes(int device) {
        return adapterBytes(device, spec.lora(device).rank(), spec.updateCodec());
    }

    /// Bytes of the global adapter, as far as a device gets it; after the first round with `stack`,
    /// before which there is only a head to send.
    double downBytes(int device) {
        return adapterBytes(device, spec.joining().sentRank(device, spec), new TensorCodec.Fp32());
    }

    private double adapterBytes(int device, int rank, TensorCodec codec) {
        boolean sendsA = spec.joining().method().trains(Lora.A);
        boolean whole = !spec.scheme().cut();
        double bytes = 0;
        for (Lora.Target target : spec.lora().targets()) {
            double a = sendsA ? codec.encodedBytes(new long[] {rank, target.in(shape)}) : 0;
            bytes +=
                    (whole ? shape.layers() : spec.cut(device))
                            * (a + codec.encodedBytes(new long[] {target.out(shape), rank}));
        }
        if (whole || spec.execution().headOnDevice()) {
            bytes +=
                    codec.encodedBytes(new long[] {classes, shape.hidden()})
                            + codec.encodedBytes(new long[] {classes});
        }
        return bytes;
    }

    /// Bytes of an activation, its gradient or a representation.
    double bytes(BatchShape batch) {
        return spec.codec()
                .encodedBytes(new long[] {batch.texts(), batch.tokens(), shape.hidden()});
    }

    /// Bytes of activations, gradients and adapters in a round, from all devices or to them.
    double sentBytes(List<BatchShape> step, int steps, int devices, boolean up) {
        double bytes = 0;
        for (int u = 0; u < devices && !spec.scheme().pooled(); u++) {
            int crossings = 0;
            if (spec.scheme().cut()) {
                int labels = spec.execution().headOnDevice() ? 1 : 0;
                crossings = labels + (up || spec.cut(u) > 0 ? 1 : 0);
            }
            bytes +=
                    steps * crossings * step.stream().mapToDouble(this::bytes).sum()
                            + (up ? upBytes(u) : downBytes(u));
        }
        return bytes;
    }

    /// A forward pass through blocks at a rate.
    double forwardSeconds(BatchShape batch, int blocks, double flopsPerSecond) {
        return blocks
                * StepCost.blockForwardFlops(
                        batch.texts(), batch.tokens(), shape.hidden(), shape.intermediate())
                / flopsPerSecond;
    }

    /// The part below the cut, one way.
    double deviceSeconds(BatchShape batch, int device) {
        return forwardSeconds(batch, spec.cut(device), profile(device).effectiveFlopsPerSecond());
    }

    /// The part above the cut, one way.
    double serverSeconds(BatchShape batch, int device) {
        return forwardSeconds(
                batch, shape.layers() - spec.cut(device), spec.server().effectiveFlopsPerSecond());
    }

    /// The whole model on one machine, there and back.
    double wholeSeconds(BatchShape batch, double flopsPerSecond) {
        return 2 * forwardSeconds(batch, shape.layers(), flopsPerSecond);
    }

    /// Passes through the server's part that end with the gradient: forward, backward, and with
    /// recomputation forward once more.
    int passes() {
        return spec.execution().recompute() ? 3 : 2;
    }

    /// A device's micro-batch as the server's schedule sees it, at the links' mean rates: before
    /// the server can begin, on the server, and after it. With the head on the device the exchange
    /// in the middle counts as after it. Without blocks on the device nothing comes back.
    Job estimate(int device, BatchShape batch) {
        DeviceProfile profile = profile(device);
        double own = deviceSeconds(batch, device);
        double up = profile.link().uplinkSeconds(bytes(batch));
        double down = profile.link().downlinkSeconds(bytes(batch));
        boolean head = spec.execution().headOnDevice();
        return new Job(
                own + up,
                (head ? passes() + 1 : passes()) * serverSeconds(batch, device),
                (head ? down + up : 0) + (spec.cut(device) > 0 ? down + own : 0));
    }

    DeviceProfile profile(int device) {
        return spec.devices().get(device);
    }
}
