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
        boolean kept = spec.headRule() == HeadRule.PERSONAL;
        if (whole || (spec.execution().headOnDevice() && !kept)) {
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

    /// Bytes of a representation or its gradient: one vector for each text.
    double pooledBytes(BatchShape batch) {
        return spec.codec().encodedBytes(new long[] {batch.texts(), shape.hidden()});
    }

    /// What the embedding and the head on a device take (derived): for each token two additions and
    /// a normalisation of H numbers, about 10 H operations; for each text the head's product,
    /// forward and backward, 6 H classes. Counted only where nothing else is on the device; beside
    /// a block it is nothing.
    double lightSeconds(BatchShape batch, int device) {
        double operations =
                10.0 * batch.texts() * batch.tokens() * shape.hidden()
                        + 6.0 * batch.texts() * shape.hidden() * classes;
        return operations / profile(device).effectiveFlopsPerSecond();
    }

    /// Passes through the blocks, of the length of one forward, that the server takes for a batch
    /// whose head is on the device: two and a recomputation.
    private int gradientPasses() {
        return 1 + secondPasses();
    }

    /// Those after the device's answer. Where gradients are averaged the graph is kept, unless
    /// memory is saved.
    int secondPasses() {
        boolean kept =
                spec.scheme().averagesGradients()
                        && spec.execution().microBatches() == 1
                        && !spec.execution().recompute();
        return kept ? 1 : passes();
    }

    /// What no bandwidth shortens in a round of one step with averaged gradients: computing on the
    /// device and, if nobody is before it, on the server.
    double fixedSeconds(BatchShape batch, int device) {
        return transfersSeconds()
                + lightSeconds(batch, device)
                + gradientPasses() * serverSeconds(batch, device);
    }

    /// What a round's four transfers take in a wireless cell beside sending.
    double transfersSeconds() {
        Wireless wireless = spec.wireless();
        return wireless == null ? 0 : 4 * wireless.transferSeconds();
    }

    /// Bytes of a round of one step with averaged gradients.
    ///
    /// @param up from the device: activation, gradient of the representation, the head's; or to it:
    ///   the head, the representation
    double exchangeBytes(BatchShape batch, int device, boolean up) {
        return pooledBytes(batch) + (up ? bytes(batch) + upBytes(device) : downBytes(device));
    }

    /// Bytes of activations, gradients and adapters in a round, from all devices or to them.
    double sentBytes(List<BatchShape> step, int steps, int devices, boolean up) {
        double bytes = 0;
        for (int u = 0; u < devices && !spec.scheme().pooled(); u++) {
            double ofStep = 0;
            if (spec.scheme().cut() && (up || spec.cut(u) > 0)) {
                ofStep += step.stream().mapToDouble(this::bytes).sum();
            }
            if (spec.scheme().cut() && spec.execution().headOnDevice()) {
                ofStep += step.stream().mapToDouble(this::pooledBytes).sum();
            }
            int exchanges = spec.scheme().averagesGradients() ? steps : 1;
            bytes += steps * ofStep + exchanges * (up ? upBytes(u) : downBytes(u));
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
        double represented = profile.link().downlinkSeconds(pooledBytes(batch));
        double answered = profile.link().uplinkSeconds(pooledBytes(batch));
        return new Job(
                own + up,
                (head ? passes() + 1 : passes()) * serverSeconds(batch, device),
                (head ? represented + answered : 0) + (spec.cut(device) > 0 ? down + own : 0));
    }

    DeviceProfile profile(int device) {
        return spec.devices().get(device);
    }
}
