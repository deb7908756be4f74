package dev.lamina.app;

import dev.lamina.base.BadInputException;
import dev.lamina.media.ImageFiles;
import dev.lamina.media.SoundFiles;
import dev.lamina.serve.Flow;
import dev.lamina.serve.Port;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.Value;
import dev.lamina.serve.ValueType.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What `lamina infer` gives to a flow.
record InferInputs(@Nullable String text, @Nullable Path image, @Nullable Path audio) {

    /// The inputs of a flow.
    ///
    /// @throws BadInputException if one is missing, is of no use to the flow, or cannot be read
    Map<String, Value> of(Flow flow) {
        unused(flow, text, Kind.TEXT);
        unused(flow, image, Kind.IMAGE);
        unused(flow, audio, Kind.AUDIO);
        Map<String, Value> inputs = new LinkedHashMap<>();
        for (Port port : flow.signature().inputs()) {
            Value value =
                    switch (port.type().kind()) {
                        case TEXT -> text == null ? null : new Value.Text(text);
                        case IMAGE -> image == null ? null : read(image, ImageFiles::decode);
                        case AUDIO -> audio == null ? null : read(audio, SoundFiles::decode);
                        case FLOATS, INTEGERS -> null;
                    };
            BadInputException.check(
                    value != null || port.optional(),
                    "flow " + flow.name() + " lacks its input " + port,
                    "add --" + port.type().kind().word());
            if (value != null) {
                inputs.put(port.name(), value);
            }
        }
        return inputs;
    }

    private static void unused(Flow flow, @Nullable Object given, Kind kind) {
        BadInputException.check(
                given == null
                        || flow.signature().inputs().stream()
                                .anyMatch(port -> port.type().kind() == kind),
                "--" + kind.word() + ": flow " + flow.name() + " takes no " + kind.word(),
                "take it out, or another flow is meant");
    }

    private static Value read(Path file, Function<byte[], ? extends Value> decode) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new BadInputException(
                    "cannot read " + file + ": " + e.getMessage(), "the name is mistyped");
        }
        try {
            return decode.apply(bytes);
        } catch (ServeException e) {
            throw ServeOptions.refusal(e) instanceof BadInputException bad
                    ? BadInputException.in(file.toString(), bad)
                    : e;
        }
    }
}
