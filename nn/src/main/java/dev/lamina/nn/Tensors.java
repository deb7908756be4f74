package dev.lamina.nn;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Between Java memory and the tensor engine. Buffers are freed at once rather than by the garbage
/// collector, so that a long run's resident memory stays flat.
public final class Tensors {
    static final long ALIGNMENT = 64;
    private static final String ENGINE = "PyTorch";

    private Tensors() {}

    /// A root manager on the CPU; the caller closes it.
    public static NDManager newManager() {
        return NDManager.newBaseManager(ai.djl.Device.cpu(), ENGINE);
    }

    /// Sets how many threads each engine operation uses. Threads that have computed before keep
    /// their number: call it before the threads that compute are made.
    public static void useThreads(int threads) {
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        Engine.getEngine(ENGINE);
        JniUtils.setNumThreads(threads);
    }

    /// Copies a tensor into the engine.
    public static NDArray toEngine(NDManager manager, FloatTensor tensor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(4L * Math.max(1, tensor.size()), ALIGNMENT);
            MemorySegment.copy(
                    tensor.values(), 0, memory, ValueLayout.JAVA_FLOAT, 0, tensor.size());
            return copyOf(manager, memory, new Shape(tensor.shape()), DataType.FLOAT32);
        }
    }

    /// Copies integers into the engine as int64, row-major in `shape`.
    public static NDArray toEngine(NDManager manager, long[] values, Shape shape) {
        try (Arena arena = Arena.ofConfined()) {
            return copyOf(
                    manager,
                    arena.allocateFrom(ValueLayout.JAVA_LONG, values),
                    shape,
                    DataType.INT64);
        }
    }

    private static NDArray copyOf(
            NDManager manager, MemorySegment memory, Shape shape, DataType type) {
        try (NDArray view = view(manager, memory, shape, type)) {
            return view.duplicate();
        }
    }

    /// `x` times a constant, safe to differentiate. (The engine's own `mul(Number)` and
    /// `div(Number)` keep the constant in a buffer that the garbage collector may free before the
    /// backward pass reads it, which gives random gradients now and then: never use them on what is
    /// recorded.)
    public static NDArray times(NDArray x, double factor) {
        return x.mul(scalar(x.getManager(), factor));
    }

    /// A number in the engine, fp32, of no dimensions.
    public static NDArray scalar(NDManager manager, double value) {
        return toEngine(manager, new FloatTensor(new long[0], new float[] {(float) value}));
    }

    /// An array over `memory` itself, which must outlive it.
    static NDArray view(NDManager manager, MemorySegment memory, Shape shape, DataType type) {
        return manager.create(memory.asByteBuffer().order(ByteOrder.nativeOrder()), shape, type);
    }

    /// Copies an fp32 array out of the engine.
    public static FloatTensor toJava(NDArray array) {
        if (array.getDataType() != DataType.FLOAT32) {
            throw new IllegalArgumentException("fp32 expected, not " + array.getDataType());
        }
        float[] values = new float[Math.toIntExact(array.size())];
        ByteBuffer bytes = array.toByteBuffer(true).order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().get(values);
        return new FloatTensor(array.getShape().getShape(), values);
    }
}
