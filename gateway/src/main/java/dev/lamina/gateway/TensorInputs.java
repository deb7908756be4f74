package dev.lamina.gateway;

import dev.lamina.base.Shown;
import dev.lamina.media.ImageFiles;
import dev.lamina.media.SoundFiles;
import dev.lamina.nn.FloatTensor;
import dev.lamina.serve.Port;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.Signature;
import dev.lamina.serve.Value;
import dev.lamina.serve.ValueType.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tensors of the Open Inference Protocol as values, the same for REST and gRPC:
///
/// | port | datatype and shape |
/// |---|---|
/// | text | BYTES `[n]` or `[n, 1]`: texts |
/// | image | UINT8 `[height, width, 3]`, or BYTES `[1]`: a picture file (base64 in JSON) |
/// | audio | INT16 `[n]` with the parameter `sample_rate`, or BYTES `[1]`: a wav file |
/// | floats | FP32 of the port's shape; for a scalar `[]` or `[1]` |
/// | integers | INT64, likewise |
///
/// If all inputs of a request are text of the same n > 1, each element is an item of its own, and
/// outputs get a leading dimension n ([TensorOutputs]). The parameter `batch` of the request says
/// otherwise: false makes them lines of one text, true makes a batch of one element too.
final class TensorInputs {
    /// The most items of a request.
    static final int MOST_ITEMS = 2048;

    private TensorInputs() {}

    /// The items of a request.
    ///
    /// @param batched whether outputs get a leading dimension
    record Items(List<Map<String, Value>> items, boolean batched) {}

    /// Reads the inputs of a request. Types are held against the ports here, shapes of tensors by
    /// the signature.
    ///
    /// @param batch as the request says; null if it does not
    static Items items(
            String model, Signature signature, List<Tensor> inputs, @Nullable Boolean batch) {
        Set<String> names = new HashSet<>();
        int elements = -1;
        boolean allTexts = !inputs.isEmpty();
        for (Tensor tensor : inputs) {
            ServeException.check(
                    names.add(tensor.name()),
                    Tensor.at(tensor.name()) + "stands twice",
                    "give each input once");
            Kind kind = port(model, signature, tensor).type().kind();
            int count = tensor.elements().count();
            allTexts &= kind == Kind.TEXT && (elements < 0 || elements == count);
            elements = count;
        }
        boolean batched = batch == null ? allTexts && elements > 1 : batch;
        ServeException.check(
                !batched || allTexts,
                "a batch needs inputs that are all text, of the same length",
                "send one request for each item");
        int count = batched ? elements : 1;
        ServeException.check(
                count >= 1 && count <= MOST_ITEMS,
                "a batch of " + count + " items",
                "send 1 to " + MOST_ITEMS);
        List<Map<String, Value>> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Map<String, Value> item = new LinkedHashMap<>();
            for (Tensor tensor : inputs) {
                Port port = port(model, signature, tensor);
                item.put(
                        tensor.name(),
                        batched ? new Value.Text(text(tensor, i)) : value(port, tensor));
            }
            items.add(item);
        }
        return new Items(items, batched);
    }

    private static Port port(String model, Signature signature, Tensor tensor) {
        Port port = signature.input(tensor.name());
        if (port == null) {
            throw new ServeException(
                    ServeException.Reason.BAD_INPUT,
                    model
                            + " has no input '"
                            + Shown.plain(tensor.name())
                            + "'\nMaybe take "
                            + String.join(
                                    ", ", signature.inputs().stream().map(Port::name).toList()));
        }
        return port;
    }

    private static Value value(Port port, Tensor tensor) {
        return switch (port.type().kind()) {
            case TEXT -> new Value.Text(texts(tensor));
            case IMAGE -> image(tensor);
            case AUDIO -> audio(tensor);
            case FLOATS -> new Value.Floats(floats(port, tensor));
            case INTEGERS -> integers(port, tensor);
        };
    }

    private static List<String> texts(Tensor tensor) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < tensor.elements().count(); i++) {
            lines.add(text(tensor, i));
        }
        ServeException.check(
                !lines.isEmpty(), Tensor.at(tensor.name()) + "no text", "send one of shape [1]");
        return lines;
    }

    private static String text(Tensor tensor, int index) {
        datatype(tensor, "BYTES");
        long[] shape = tensor.shape();
        ServeException.check(
                shape.length == 1 || (shape.length == 2 && shape[1] == 1),
                Tensor.at(tensor.name()) + "shape " + Tensor.shown(shape) + " is not [n]",
                "text has one dimension");
        return tensor.elements().text(index);
    }

    private static Value.Image image(Tensor tensor) {
        if (tensor.datatype().equals("BYTES")) {
            return ImageFiles.decode(file(tensor));
        }
        datatype(tensor, "UINT8");
        long[] shape = tensor.shape();
        ServeException.check(
                shape.length == 3 && shape[0] > 0 && shape[1] > 0 && shape[2] == 3,
                Tensor.at(tensor.name())
                        + "shape "
                        + Tensor.shown(shape)
                        + " is not [height, width, 3]",
                "send rows of red, green and blue");
        ServeException.check(
                shape[0] * shape[1] <= ImageFiles.MOST_PIXELS,
                Tensor.at(tensor.name()) + "more than " + ImageFiles.MOST_PIXELS + " pixels",
                "scale it down");
        byte[] rgb = new byte[tensor.elements().count()];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) within(tensor, i, 0, 255);
        }
        return new Value.Image((int) shape[0], (int) shape[1], rgb);
    }

    private static Value.Audio audio(Tensor tensor) {
        if (tensor.datatype().equals("BYTES")) {
            return SoundFiles.decode(file(tensor));
        }
        datatype(tensor, "INT16");
        int rate = rate(tensor);
        int most = rate * SoundFiles.MOST_SECONDS;
        ServeException.check(
                tensor.shape().length == 1 && tensor.shape()[0] > 0 && tensor.shape()[0] <= most,
                Tensor.at(tensor.name())
                        + "shape "
                        + Tensor.shown(tensor.shape())
                        + " is not [samples], with 1 to "
                        + most,
                "send one channel of at most " + SoundFiles.MOST_SECONDS + " s");
        short[] samples = new short[tensor.elements().count()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) within(tensor, i, Short.MIN_VALUE, Short.MAX_VALUE);
        }
        return new Value.Audio(rate, samples);
    }

    private static int rate(Tensor tensor) {
        Long rate = tensor.wholeParameter("sample_rate");
        if (rate == null || rate < SoundFiles.LEAST_RATE_HZ || rate > SoundFiles.MOST_RATE_HZ) {
            throw new ServeException(
                    ServeException.Reason.BAD_INPUT,
                    Tensor.at(tensor.name())
                            + (rate == null ? "no sample_rate" : "sample_rate " + rate)
                            + " ("
                            + SoundFiles.LEAST_RATE_HZ
                            + " to "
                            + SoundFiles.MOST_RATE_HZ
                            + ")\nMaybe add \"parameters\": {\"sample_rate\": 16000}");
        }
        return rate.intValue();
    }

    private static FloatTensor floats(Port port, Tensor tensor) {
        datatype(tensor, "FP32");
        float[] values = new float[tensor.elements().count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.elements().real(i);
        }
        return new FloatTensor(shape(port, tensor), values);
    }

    private static Value.Integers integers(Port port, Tensor tensor) {
        datatype(tensor, "INT64");
        long[] values = new long[tensor.elements().count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.elements().integer(i);
        }
        return new Value.Integers(shape(port, tensor), values);
    }

    /// A scalar may come as `[1]`, as many clients know no other.
    private static long[] shape(Port port, Tensor tensor) {
        boolean scalar = port.type().shape().isEmpty() && tensor.elements().count() == 1;
        return scalar ? new long[0] : tensor.shape();
    }

    private static byte[] file(Tensor tensor) {
        ServeException.check(
                tensor.elements().count() == 1,
                Tensor.at(tensor.name()) + tensor.elements().count() + " files",
                "send one, of shape [1]");
        return tensor.elements().file(0);
    }

    private static int within(Tensor tensor, int index, int least, int most) {
        long value = tensor.elements().integer(index);
        ServeException.check(
                value >= least && value <= most,
                Tensor.at(tensor.name())
                        + "element "
                        + index
                        + " is "
                        + value
                        + ", not from "
                        + least
                        + " to "
                        + most,
                "the datatype is mistaken");
        return (int) value;
    }

    private static void datatype(Tensor tensor, String wanted) {
        ServeException.check(
                tensor.datatype().equals(wanted),
                Tensor.at(tensor.name())
                        + "datatype '"
                        + Shown.plain(tensor.datatype())
                        + "' is not "
                        + wanted,
                "GET /v2/models/MODEL says what each input takes");
    }
}
