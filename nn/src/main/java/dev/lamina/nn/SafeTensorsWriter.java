package dev.lamina.nn;

import dev.lamina.base.AtomicFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Writes tensors as a safetensors file that every implementation of the format reads.
public final class SafeTensorsWriter {
    private static final JsonFactory JSON = JsonFactory.builder().build();
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int ALIGNMENT = 8;

    private SafeTensorsWriter() {}

    /// Writes the tensors as F32, one after another in the map's order, and renames the file to
    /// `path` when it is complete. The same tensors, order and metadata give the same bytes:
    /// metadata is sorted by key, and left out where it is empty. Beyond the tensors a buffer of 1
    /// MB is held.
    ///
    /// @throws IllegalArgumentException if a name is `__metadata__`, or the header is beyond 100 MB
    /// @throws java.io.UncheckedIOException if it cannot be written; what was at `path` is then
    ///   untouched
    public static void write(
            Path path, Map<String, FloatTensor> tensors, Map<String, String> metadata) {
        AtomicFiles.write(path, temporary -> fill(temporary, tensors, metadata));
    }

    /// Writes the same bytes into a file that nobody reads yet, for who renames it himself.
    ///
    /// @throws IllegalArgumentException as [#write] does
    public static void fill(
            Path temporary, Map<String, FloatTensor> tensors, Map<String, String> metadata)
            throws IOException {
        byte[] header = header(tensors, metadata);
        try (FileChannel channel =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer buffer =
                    ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            buffer.putLong(header.length).flip();
            drain(buffer, channel);
            drain(ByteBuffer.wrap(header), channel);
            for (FloatTensor tensor : tensors.values()) {
                writeValues(tensor.values(), buffer, channel);
            }
        }
    }

    private static byte[] header(Map<String, FloatTensor> tensors, Map<String, String> metadata) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectPropertyStart(SafeTensorsHeader.METADATA);
                new TreeMap<>(metadata).forEach(json::writeStringProperty);
                json.writeEndObject();
            }
            long offset = 0;
            for (Map.Entry<String, FloatTensor> e : tensors.entrySet()) {
                if (e.getKey().equals(SafeTensorsHeader.METADATA)) {
                    throw new IllegalArgumentException(
                            "no tensor may be named " + SafeTensorsHeader.METADATA);
                }
                long end = offset + (long) Float.BYTES * e.getValue().size();
                long[] shape = e.getValue().shape();
                json.writeObjectPropertyStart(e.getKey());
                json.writeStringProperty("dtype", SafeTensorsDtype.F32.name());
                json.writeName("shape").writeArray(shape, 0, shape.length);
                json.writeName("data_offsets").writeArray(new long[] {offset, end}, 0, 2);
                json.writeEndObject();
                offset = end;
            }
            json.writeEndObject();
        }
        while (bytes.size() % ALIGNMENT != 0) {
            bytes.write(' ');
        }
        if (bytes.size() > SafeTensorsHeader.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a header of "
                            + bytes.size()
                            + " bytes is above the format's limit of "
                            + SafeTensorsHeader.MAX_BYTES);
        }
        return bytes.toByteArray();
    }

    private static void writeValues(float[] values, ByteBuffer buffer, FileChannel channel)
            throws IOException {
        int inBuffer = buffer.capacity() / Float.BYTES;
        int from = 0;
        while (from < values.length) {
            int n = Math.min(inBuffer, values.length - from);
            buffer.clear();
            buffer.asFloatBuffer().put(values, from, n);
            buffer.limit(n * Float.BYTES);
            drain(buffer, channel);
            from += n;
        }
    }

    private static void drain(ByteBuffer buffer, FileChannel channel) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
