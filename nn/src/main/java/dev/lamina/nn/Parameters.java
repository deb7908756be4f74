package dev.lamina.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/// A named set of trainable tensors: the values in Java memory, where optimiser, aggregation and
/// files work on them, and for each a leaf in the engine that mirrors it and collects its gradient.
/// Several sets may exist for one frozen model; which one a computation uses is a matter of which
/// leaves it is given.
public final class Parameters implements AutoCloseable {
    private final NDManager manager;
    private final SequencedMap<String, FloatTensor> values = new LinkedHashMap<>();
    private final Map<String, NDArray> leaves = new LinkedHashMap<>();
    private final Map<String, NDArray> frozen = new LinkedHashMap<>();
    private final Map<String, MemorySegment> memory = new LinkedHashMap<>();
    private final Arena arena = Arena.ofShared();

    /// Copies `initial`; the leaves live until [#close()].
    public Parameters(NDManager parent, Map<String, FloatTensor> initial) {
        manager = parent.newSubManager();
        initial.forEach((name, tensor) -> {
            values.put(name, tensor.copy());
            MemorySegment segment =
                    arena.allocate(4L * Math.max(1, tensor.size()), Tensors.ALIGNMENT);
            memory.put(name, segment);
            Shape shape = new Shape(tensor.shape());
            leaves.put(
                    name, Autograd.leaf(Tensors.view(manager, segment, shape, DataType.FLOAT32)));
        });
        publish();
    }

    /// The same with `constants` beside them: tensors to compute with that have no gradient, never
    /// change and are none of the parameters.
    public Parameters(
            NDManager parent,
            Map<String, FloatTensor> initial,
            Map<String, FloatTensor> constants) {
        this(parent, initial);
        constants.forEach((name, tensor) -> frozen.put(name, Tensors.toEngine(manager, tensor)));
    }

    /// The leaf of that name, to compute with.
    public NDArray leaf(String name) {
        NDArray leaf = frozen.containsKey(name) ? frozen.get(name) : leaves.get(name);
        if (leaf == null) {
            throw new IllegalArgumentException(
                    "no parameter " + name + " among " + leaves.keySet());
        }
        return leaf;
    }

    public boolean contains(String name) {
        return leaves.containsKey(name);
    }

    /// Names and current values, in a fixed order. The tensors are live: change them only through
    /// [#assign(Map)].
    public SequencedMap<String, FloatTensor> values() {
        return values;
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    /// Number of scalars.
    public long count() {
        return values.values().stream().mapToLong(FloatTensor::size).sum();
    }

    /// Copies of the current values.
    public SequencedMap<String, FloatTensor> snapshot() {
        SequencedMap<String, FloatTensor> copy = new LinkedHashMap<>();
        values.forEach((name, tensor) -> copy.put(name, tensor.copy()));
        return copy;
    }

    /// Takes over new values for all parameters; further entries of `source` are not looked at.
    public void assign(Map<String, FloatTensor> source) {
        values.forEach((name, tensor) -> {
            FloatTensor given = source.get(name);
            if (given == null || given.size() != tensor.size()) {
                throw new IllegalArgumentException(
                        "parameter " + name + " " + tensor + " is given " + given);
            }
            System.arraycopy(given.values(), 0, tensor.values(), 0, tensor.size());
        });
        publish();
    }

    /// The gradients collected since the last call, by name; clears them.
    public SequencedMap<String, FloatTensor> takeGradients() {
        SequencedMap<String, FloatTensor> gradients = new LinkedHashMap<>();
        leaves.forEach((name, leaf) -> gradients.put(name, Autograd.takeGradient(leaf)));
        return gradients;
    }

    /// Brings the leaves up to date with the values: they look at the same memory.
    void publish() {
        memory.forEach((name, segment) -> {
            FloatTensor tensor = Objects.requireNonNull(values.get(name));
            MemorySegment.copy(
                    tensor.values(), 0, segment, ValueLayout.JAVA_FLOAT, 0, tensor.size());
        });
    }

    @Override
    public void close() {
        manager.close();
        arena.close();
    }
}
