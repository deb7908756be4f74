package dev.lamina.nn;

import dev.lamina.base.BadInputException;
import dev.lamina.base.Shown;
import dev.lamina.nn.SafeTensorsFile.Entry;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// Reads and checks the header of a safetensors file: eight bytes of length (little endian), then
/// JSON, then the data. After [#parse], every entry lies within the data, no two overlap, and no
/// byte of the data is left over, as the format demands. Memory taken is proportional to the
/// header.
final class SafeTensorsHeader {
    private static final int LENGTH_BYTES = 8;
    static final int MAX_BYTES = 100_000_000;
    private static final int MAX_RANK = 64;
    static final String METADATA = "__metadata__";

    private static final ValueLayout.OfLong LENGTH =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final String CUT_SHORT = "the download was cut short: fetch the file again.";
    private static final String NOT_SAFETENSORS =
            "it is not a safetensors file, or the tool that wrote it is at fault.";
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(8)
                                    .maxStringLength(MAX_BYTES)
                                    .build())
                    .build();

    private final String file;
    private final long dataBegin;
    private final long dataBytes;
    private final JsonParser json;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
    private boolean metadataSeen;

    private SafeTensorsHeader(String file, long dataBegin, long dataBytes, JsonParser json) {
        this.file = file;
        this.dataBegin = dataBegin;
        this.dataBytes = dataBytes;
        this.json = json;
    }

    /// Where the data begins in the file.
    long dataBegin() {
        return dataBegin;
    }

    Map<String, Entry> entries() {
        return Collections.unmodifiableMap(entries);
    }

    Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    /// Reads and checks the header.
    ///
    /// @param bytes the whole file
    /// @param file its name, for messages
    /// @throws BadInputException on any defect
    static SafeTensorsHeader parse(MemorySegment bytes, String file) {
        long length = length(bytes, file);
        long dataBegin = LENGTH_BYTES + length;
        byte[] text = bytes.asSlice(LENGTH_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
        if (text.length == 0 || text[0] != '{') {
            throw new BadInputException(
                    file + ": the header does not begin with '{'", NOT_SAFETENSORS);
        }
        // A reader with its own decoder: Jackson would guess UTF-16 or UTF-32 from the bytes.
        try (JsonParser json =
                JSON.createParser(
                        ObjectReadContext.empty(),
                        new InputStreamReader(
                                new ByteArrayInputStream(text),
                                StandardCharsets.UTF_8.newDecoder()))) {
            SafeTensorsHeader header =
                    new SafeTensorsHeader(file, dataBegin, bytes.byteSize() - dataBegin, json);
            header.read();
            header.checkCoverage();
            return header;
        } catch (JacksonException e) {
            throw new BadInputException(
                    file + ": the header is not JSON as it should be: " + e.getOriginalMessage(),
                    NOT_SAFETENSORS);
        }
    }

    /// The header's length, with the eight bytes and the length itself checked against the file's
    /// size.
    private static long length(MemorySegment bytes, String file) {
        long size = bytes.byteSize();
        if (size < LENGTH_BYTES) {
            throw new BadInputException(
                    file + " has " + size + " bytes, fewer than the 8 of a length", CUT_SHORT);
        }
        long length = bytes.get(LENGTH, 0);
        if (length < 0 || length > MAX_BYTES) {
            throw new BadInputException(
                    file
                            + ": header length "
                            + Long.toUnsignedString(length)
                            + " is above the limit of "
                            + MAX_BYTES,
                    NOT_SAFETENSORS);
        }
        if (length > size - LENGTH_BYTES) {
            throw new BadInputException(
                    file
                            + ": header length "
                            + length
                            + " is more than the "
                            + (size - LENGTH_BYTES)
                            + " bytes that follow",
                    CUT_SHORT);
        }
        return length;
    }

    private void read() {
        json.nextToken();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = name();
            if (name.equals(METADATA)) {
                readMetadata();
            } else if (entries.put(name, readEntry(name)) != null) {
                throw defect("tensor " + Shown.quoted(name) + " stands twice in the header");
            }
        }
        if (json.nextToken() != null) {
            throw defect("there is more after the header's closing brace");
        }
    }

    private void readMetadata() {
        if (metadataSeen) {
            throw defect(METADATA + " stands twice in the header");
        }
        metadataSeen = true;
        expect(json.nextToken(), JsonToken.START_OBJECT, METADATA);
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = name();
            expect(
                    json.nextToken(),
                    JsonToken.VALUE_STRING,
                    METADATA + " value of " + Shown.quoted(key));
            if (metadata.put(key, json.getString()) != null) {
                throw defect(METADATA + " has the key " + Shown.quoted(key) + " twice");
            }
        }
    }

    private Entry readEntry(String name) {
        String tensor = "tensor " + Shown.quoted(name);
        expect(json.nextToken(), JsonToken.START_OBJECT, tensor);
        SafeTensorsDtype dtype = null;
        long[] shape = null;
        long[] offsets = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = name();
            switch (field) {
                case "dtype" -> dtype = once(dtype, readDtype(tensor), tensor, field);
                case "shape" -> shape = once(shape, readLongs(tensor, field), tensor, field);
                case "data_offsets" ->
                        offsets = once(offsets, readLongs(tensor, field), tensor, field);
                default -> {
                    // The reference implementation passes over fields it does not know, too.
                    json.nextToken();
                    json.skipChildren();
                }
            }
        }
        if (dtype == null || shape == null || offsets == null) {
            throw defect(
                    tensor
                            + " lacks "
                            + (dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
        }
        return entry(tensor, dtype, shape, offsets);
    }

    private Entry entry(String tensor, SafeTensorsDtype dtype, long[] shape, long[] offsets) {
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw defect(
                    tensor
                            + ": data_offsets "
                            + Arrays.toString(offsets)
                            + " are no begin and end");
        }
        if (offsets[1] > dataBytes) {
            throw new BadInputException(
                    file
                            + ": "
                            + tensor
                            + " ends at byte "
                            + offsets[1]
                            + " of the data, of which there are "
                            + dataBytes,
                    CUT_SHORT);
        }
        long size = Shapes.sizeOrMinusOne(shape);
        if (size < 0) {
            throw defect(tensor + ": the size of shape " + Arrays.toString(shape) + " overflows");
        }
        long bytes = size * dtype.bytes();
        if (bytes != offsets[1] - offsets[0]) {
            throw defect(
                    tensor
                            + ": shape "
                            + Arrays.toString(shape)
                            + " of "
                            + dtype
                            + " takes "
                            + bytes
                            + " bytes, data_offsets "
                            + Arrays.toString(offsets)
                            + " hold "
                            + (offsets[1] - offsets[0]));
        }
        return new Entry(dtype, shape, offsets[0], offsets[1]);
    }

    private void checkCoverage() {
        List<Map.Entry<String, Entry>> inOrder =
                entries.entrySet().stream()
                        .sorted(
                                Comparator.comparingLong((Map.Entry<String, Entry> e) ->
                                                e.getValue().begin())
                                        .thenComparingLong(e -> e.getValue().end()))
                        .toList();
        long covered = 0;
        for (Map.Entry<String, Entry> e : inOrder) {
            long begin = e.getValue().begin();
            if (begin != covered) {
                throw defect(
                        "tensor "
                                + Shown.quoted(e.getKey())
                                + " begins at byte "
                                + begin
                                + " of the data, "
                                + (begin < covered
                                        ? "inside the tensor before it, which ends at "
                                        : "leaving a hole after ")
                                + covered);
            }
            covered = e.getValue().end();
        }
        if (covered != dataBytes) {
            throw defect(
                    "the tensors take "
                            + covered
                            + " bytes, but "
                            + dataBytes
                            + " follow the header");
        }
    }

    private SafeTensorsDtype readDtype(String tensor) {
        expect(json.nextToken(), JsonToken.VALUE_STRING, "dtype of " + tensor);
        String text = json.getString();
        SafeTensorsDtype dtype = SafeTensorsDtype.find(text);
        if (dtype == null) {
            throw new BadInputException(
                    file + ": " + tensor + " has the unknown dtype " + Shown.quoted(text),
                    "convert the file; read are " + SafeTensorsDtype.choices() + ".");
        }
        return dtype;
    }

    private long[] readLongs(String tensor, String field) {
        expect(json.nextToken(), JsonToken.START_ARRAY, field + " of " + tensor);
        long[] values = new long[4];
        int n = 0;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, field + " of " + tensor);
            if (n == MAX_RANK) {
                throw defect(field + " of " + tensor + " has more than " + MAX_RANK + " numbers");
            }
            if (n == values.length) {
                values = Arrays.copyOf(values, 2 * n);
            }
            values[n++] = nonNegative(json.getString(), field + " of " + tensor);
        }
        return Arrays.copyOf(values, n);
    }

    private long nonNegative(String text, String where) {
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Too large for a long: falls through to the message.
        }
        throw defect(where + " has " + Shown.quoted(text) + ", which is no size");
    }

    private String name() {
        String name = json.currentName();
        if (name == null || !utf8.canEncode(name)) {
            throw defect("a name in the header is no Unicode text");
        }
        return name;
    }

    private <T> T once(@Nullable T before, T value, String tensor, String field) {
        if (before != null) {
            throw defect(tensor + " has " + field + " twice");
        }
        return value;
    }

    private void expect(@Nullable JsonToken token, JsonToken expected, String where) {
        if (token != expected) {
            throw defect(where + " is " + token + " where " + expected + " should be");
        }
    }

    private BadInputException defect(String problem) {
        return new BadInputException(file + ": " + problem, NOT_SAFETENSORS);
    }
}
