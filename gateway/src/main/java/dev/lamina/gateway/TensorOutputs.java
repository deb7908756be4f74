package dev.lamina.gateway;

import dev.lamina.nn.FloatTensor;
import dev.lamina.serve.Port;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.Signature;
import dev.lamina.serve.Value;
import dev.lamina.serve.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Values as tensors of the Open Inference Protocol. The outputs of a batch are stacked along a new
/// first dimension; where they have different shapes that cannot be, and the request is refused.
final class TensorOutputs {
    private TensorOutputs() {}

    /// An output tensor.
    @SuppressWarnings("ArrayRecordComponent")
    record Output(
            String name,
            String datatype,
            long[] shape,
            Data data,
            Map<String, Object> parameters) {}

    /// What is in it.
    @SuppressWarnings("ArrayRecordComponent")
    sealed interface Data {
        record Texts(List<String> values) implements Data {}

        record Bytes(byte[] values) implements Data {}

        record Samples(short[] values) implements Data {}

        record Reals(float[] values) implements Data {}

        record Wholes(long[] values) implements Data {}
    }

    /// What the protocol says of a port's shape.
    static List<Integer> shape(ValueType type) {
        return switch (type.kind()) {
            case TEXT, AUDIO -> List.of(-1);
            case IMAGE -> List.of(-1, -1, 3);
            case FLOATS, INTEGERS -> type.shape();
        };
    }

    /// The outputs of a request.
    ///
    /// @param wanted names; empty for all
    /// @param items outputs of each item, one unless it is a batch
    static List<Output> outputs(
            String model,
            Signature signature,
            List<String> wanted,
            List<Map<String, Value>> items,
            boolean batched) {
        List<Output> outputs = new ArrayList<>();
        for (String name : wanted.isEmpty() ? names(signature) : wanted) {
            List<Value> values = new ArrayList<>();
            for (Map<String, Value> item : items) {
                Value value = item.get(name);
                if (value != null) {
                    values.add(value);
                }
            }
            if (values.isEmpty()) { // an input passed on that was left out
                continue;
            }
            Output first = tensor(name, values.getFirst());
            outputs.add(batched ? stacked(model, first, values, items.size()) : first);
        }
        return outputs;
    }

    /// Refuses outputs that there are not, before anything is computed.
    static void check(String model, Signature signature, List<String> wanted) {
        for (String name : wanted) {
            ServeException.check(
                    signature.output(name) != null,
                    model + " has no output '" + dev.lamina.base.Shown.plain(name) + "'",
                    "take " + String.join(", ", names(signature)));
        }
    }

    private static List<String> names(Signature signature) {
        return signature.outputs().stream().map(Port::name).toList();
    }

    private static Output tensor(String name, Value value) {
        String datatype = value.kind().datatype();
        return switch (value) {
            case Value.Text t ->
                    new Output(
                            name,
                            datatype,
                            new long[] {t.lines().size()},
                            new Data.Texts(t.lines()),
                            Map.of());
            case Value.Image i ->
                    new Output(
                            name,
                            datatype,
                            new long[] {i.height(), i.width(), 3},
                            new Data.Bytes(i.rgb()),
                            Map.of());
            case Value.Audio a ->
                    new Output(
                            name,
                            datatype,
                            new long[] {a.samples().length},
                            new Data.Samples(a.samples()),
                            Map.of("sample_rate", a.sampleRateHz()));
            case Value.Floats f -> {
                FloatTensor t = f.tensor();
                yield new Output(name, datatype, t.shape(), new Data.Reals(t.values()), Map.of());
            }
            case Value.Integers i ->
                    new Output(name, datatype, i.shape(), new Data.Wholes(i.values()), Map.of());
        };
    }

    private static Output stacked(String model, Output first, List<Value> values, int items) {
        List<Output> all = values.stream().map(value -> tensor(first.name(), value)).toList();
        for (Output other : all) {
            ServeException.check(
                    values.size() == items
                            && Arrays.equals(other.shape(), first.shape())
                            && other.parameters().equals(first.parameters()),
                    "%s: output '%s' has shape %s for one item and %s for another: no tensor"
                            .formatted(
                                    model,
                                    first.name(),
                                    Tensor.shown(first.shape()),
                                    Tensor.shown(other.shape())),
                    "send one request for each item, or leave this output out under outputs");
        }
        long[] oneText = {1};
        boolean texts = first.data() instanceof Data.Texts && Arrays.equals(first.shape(), oneText);
        long[] shape = new long[texts ? 1 : first.shape().length + 1];
        shape[0] = items;
        if (!texts) {
            System.arraycopy(first.shape(), 0, shape, 1, first.shape().length);
        }
        return new Output(
                first.name(),
                first.datatype(),
                shape,
                joined(all.stream().map(Output::data).toList()),
                first.parameters());
    }

    private static Data joined(List<Data> parts) {
        return switch (parts.getFirst()) {
            case Data.Texts first -> {
                List<String> all = new ArrayList<>();
                parts.forEach(part -> all.addAll(((Data.Texts) part).values()));
                yield new Data.Texts(all);
            }
            case Data.Bytes first -> {
                int each = first.values().length;
                byte[] all = new byte[Math.multiplyExact(each, parts.size())];
                for (int i = 0; i < parts.size(); i++) {
                    System.arraycopy(((Data.Bytes) parts.get(i)).values(), 0, all, i * each, each);
                }
                yield new Data.Bytes(all);
            }
            case Data.Samples first -> {
                int each = first.values().length;
                short[] all = new short[Math.multiplyExact(each, parts.size())];
                for (int i = 0; i < parts.size(); i++) {
                    System.arraycopy(
                            ((Data.Samples) parts.get(i)).values(), 0, all, i * each, each);
                }
                yield new Data.Samples(all);
            }
            case Data.Reals first -> {
                int each = first.values().length;
                float[] all = new float[Math.multiplyExact(each, parts.size())];
                for (int i = 0; i < parts.size(); i++) {
                    System.arraycopy(((Data.Reals) parts.get(i)).values(), 0, all, i * each, each);
                }
                yield new Data.Reals(all);
            }
            case Data.Wholes first -> {
                int each = first.values().length;
                long[] all = new long[Math.multiplyExact(each, parts.size())];
                for (int i = 0; i < parts.size(); i++) {
                    System.arraycopy(((Data.Wholes) parts.get(i)).values(), 0, all, i * each, each);
                }
                yield new Data.Wholes(all);
            }
        };
    }
}
