package dev.lamina.train;

import dev.lamina.base.BadInputException;

/// How a step is carried out. None of it changes the result, but for rounding (and, with dropout,
/// which inputs are dropped in micro-batches).
///
/// @param headOnDevice whether head and labels stay on the device (the U shape): the server then
///   computes up to the last hidden state, and gets back the loss's gradient with respect to it
/// @param microBatches parts that a batch is cut into, so that a device uploads one while it
///   computes the next; 1 for none. The server's activations shrink with it
/// @param recompute whether the server keeps only each block's input for the backward pass, and
///   computes the rest again
/// @param together greatest number of arrived devices with equal cuts that the server takes through
///   the frozen weights in one pass; 1 for each by itself
public record Execution(boolean headOnDevice, int microBatches, boolean recompute, int together) {
    /// As plain as can be.
    public static final Execution PLAIN = new Execution(false, 1, false, 1);

    private static final int MOST = 1024;

    public Execution {
        check("micro-batches", microBatches);
        check("together", together);
        BadInputException.check(
                together == 1 || (microBatches == 1 && !recompute),
                "together " + together + " is combined with micro-batches or recompute",
                "take one of them: what devices share a pass for, the others save by taking less at a time.");
    }

    /// The same with the head on the device.
    Execution withHeadOnDevice() {
        return new Execution(true, microBatches, recompute, together);
    }

    /// The same with each device by itself.
    Execution alone() {
        return new Execution(headOnDevice, microBatches, recompute, 1);
    }

    private static void check(String name, int value) {
        BadInputException.check(
                value >= 1 && value <= MOST,
                name + " " + value + " is not from 1 to " + MOST,
                "take --" + name + " 4.");
    }
}
