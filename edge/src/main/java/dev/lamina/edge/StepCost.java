package dev.lamina.edge;

import dev.lamina.base.BadInputException;

/// What one step of split fine-tuning with LoRA costs: floating-point operations and bytes of a
/// batch, and from them, with profiles, the times of a device's step. All of it is **derived** (no
/// paper's formulas): only the blocks count, not embedding and head; a backward pass costs about as
/// much as a forward pass, since frozen weights need no gradients; rates are constant.
///
/// @param batch b, sequences in a batch
/// @param sequenceLength s, tokens in a sequence
/// @param hidden h, width of the blocks
/// @param intermediate i, width of the feed-forward layer; mostly 4h
/// @param blocks L, of the whole model
/// @param bytesPerElement β, of the tensors that cross the cut: 4 for fp32, 2 for fp16
/// @param switchSeconds t_switch, for the server to exchange one device's adapters for another's
public record StepCost(
        int batch,
        int sequenceLength,
        int hidden,
        int intermediate,
        int blocks,
        double bytesPerElement,
        double switchSeconds) {
    private static final double ELEMENTWISE = 9_600;

    public StepCost {
        Checks.positive("batch", batch);
        Checks.positive("sequenceLength", sequenceLength);
        Checks.positive("hidden", hidden);
        Checks.positive("intermediate", intermediate);
        Checks.positive("blocks", blocks);
        Checks.positive("bytesPerElement", bytesPerElement);
        Checks.notNegative("switchSeconds", switchSeconds);
    }

    /// F: operations of one block's forward pass over a batch, b s (24 h² + 4 s h), where the
    /// feed-forward layer has the usual width 4h. Derived: a multiplication and an addition for
    /// each weight and token, and for each pair of tokens in scores and weighted sums.
    public static double blockForwardFlops(int batch, int sequenceLength, int hidden) {
        return blockForwardFlops(batch, sequenceLength, hidden, 4 * hidden);
    }

    /// F for any width i of the feed-forward layer: b s (8 h² + 4 h i + 4 s h), which equals b s
    /// (24 h² + 4 s h) for i = 4h. Derived.
    public static double blockForwardFlops(
            int batch, int sequenceLength, int hidden, int intermediate) {
        double h = hidden;
        return (double) batch
                * sequenceLength
                * (8 * h * h + 4 * h * intermediate + 4 * sequenceLength * h);
    }

    /// F and what is not matrix products (norms, activation functions, softmax, copies), which is
    /// bound by memory: b s (8 h² + 4 h i + 4 s h + κ h), counted as operations that take as long.
    /// κ = 9,600 was fitted on one processor, fp32, and is not used where rates are nominal;
    /// without it, narrow models look faster than they are. Derived.
    public static double blockForwardWork(
            int batch, int sequenceLength, int hidden, int intermediate) {
        return blockForwardFlops(batch, sequenceLength, hidden, intermediate)
                + (double) batch * sequenceLength * hidden * ELEMENTWISE;
    }

    /// F of this workload. Derived.
    public double blockForwardFlops() {
        return blockForwardFlops(batch, sequenceLength, hidden, intermediate);
    }

    /// A: bytes of the activation at the cut, and of its gradient: b s h β. Derived.
    public double cutBytes() {
        return (double) batch * sequenceLength * hidden * bytesPerElement;
    }

    /// The times of one device's step (derived): head n_u F / C_u + 8 A / R_up, server 2 (L - n_u)
    /// F / C_s + t_switch, tail 8 A / R_dn + n_u F / C_u.
    ///
    /// @param deviceBlocks n_u, blocks on the device, from 0 to `blocks`
    public Job job(DeviceProfile device, ServerProfile server, int deviceBlocks) {
        BadInputException.check(
                deviceBlocks >= 0 && deviceBlocks <= blocks,
                "cut of device %s: %d blocks of %d".formatted(device.name(), deviceBlocks, blocks),
                "leave it from 0 to " + blocks + " blocks");
        double flops = blockForwardFlops();
        double pass = deviceBlocks * flops / device.effectiveFlopsPerSecond();
        return new Job(
                pass + device.link().uplinkSeconds(cutBytes()),
                2 * (blocks - deviceBlocks) * flops / server.effectiveFlopsPerSecond()
                        + switchSeconds,
                device.link().downlinkSeconds(cutBytes()) + pass);
    }
}
