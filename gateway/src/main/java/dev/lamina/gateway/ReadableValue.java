package dev.lamina.gateway;

import dev.lamina.media.ImageFiles;
import dev.lamina.media.SoundFiles;
import dev.lamina.serve.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// Values as people write them in JSON: a text, a list of texts, numbers nested as their tensor is,
/// files as `{"content_type", "data"}` with base64.
final class ReadableValue {
    private ReadableValue() {}

    static Object of(Value value) {
        return switch (value) {
            case Value.Text t -> t.lines().size() == 1 ? (Object) t.lines().getFirst() : t.lines();
            case Value.Image i -> file("image/png", ImageFiles.encodePng(i));
            case Value.Audio a -> file("audio/wav", SoundFiles.encodeWav(a));
            case Value.Floats f -> {
                float[] v = f.tensor().values();
                yield nested(
                        f.tensor().shape(),
                        0,
                        0,
                        v.length,
                        (from, to) -> from < 0 ? (Object) v[to] : Arrays.copyOfRange(v, from, to));
            }
            case Value.Integers i -> {
                long[] v = i.values();
                yield nested(
                        i.shape(),
                        0,
                        0,
                        v.length,
                        (from, to) -> from < 0 ? (Object) v[to] : Arrays.copyOfRange(v, from, to));
            }
        };
    }

    private static Map<String, Object> file(String type, byte[] bytes) {
        return Map.of("content_type", type, "data", Base64.getEncoder().encodeToString(bytes));
    }

    private interface Row {
        /// Values from an index to another; the one value at `to` if `from` is -1.
        Object of(int from, int to);
    }

    private static Object nested(long[] shape, int dimension, int from, int size, Row row) {
        if (shape.length == 0) {
            return row.of(-1, 0);
        }
        if (dimension == shape.length - 1) {
            return row.of(from, from + size);
        }
        int length = Math.toIntExact(shape[dimension]);
        List<Object> list = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            list.add(nested(shape, dimension + 1, from + i * (size / length), size / length, row));
        }
        return list;
    }
}
