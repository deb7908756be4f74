package dev.lamina.serve;

import dev.lamina.base.BadInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.zip.CRC32C;

/// Documents by their vectors, compared one by one: exact, and fast enough for a hundred thousand.
///
/// As bytes, little endian: `LVIX`, version, length of vectors, number of documents (int32 each);
/// each document's length in bytes (int32) and its UTF-8; the vectors (fp32); CRC-32C of all before
/// (int32).
final class VectorIndex {
    private static final int MAGIC = 'L' | 'V' << 8 | 'I' << 16 | 'X' << 24;
    private static final int VERSION = 1;
    private static final int HEADER = 16;
    private static final int LONGEST_DOCUMENT = 1 << 16;

    private final int length;
    private final int capacity;
    private final List<String> documents = new ArrayList<>();
    private final List<float[]> vectors = new ArrayList<>();

    /// A document that was found.
    ///
    /// @param score cosine
    record Hit(int id, String document, double score) {}

    /// @param length of vectors
    /// @param capacity documents that there may be
    VectorIndex(int length, int capacity) {
        this.length = length;
        this.capacity = capacity;
    }

    int size() {
        return documents.size();
    }

    int length() {
        return length;
    }

    /// Adds a document.
    ///
    /// @throws ServeException if it is too long, its vector is not finite, or there is no room
    void add(String document, float[] vector) {
        ServeException.check(
                document.getBytes(StandardCharsets.UTF_8).length <= LONGEST_DOCUMENT,
                "a document of " + document.length() + " characters",
                "cut it into parts of at most " + LONGEST_DOCUMENT + " bytes");
        checkFinite(vector);
        if (documents.size() == capacity) {
            throw new ServeException(
                    ServeException.Reason.EXHAUSTED, "the index is full: " + capacity);
        }
        documents.add(document);
        vectors.add(VectorPooling.normalise(vector.clone()));
    }

    static void checkFinite(float[] vector) {
        for (float v : vector) {
            ServeException.check(
                    Float.isFinite(v), "the vector has the number " + v, "its model is broken");
        }
    }

    /// The nearest documents, best first; among equals, the earlier.
    List<Hit> nearest(float[] vector, int top) {
        float[] query = VectorPooling.normalise(vector.clone());
        Comparator<Hit> worstFirst =
                Comparator.comparingDouble(Hit::score)
                        .thenComparing(Comparator.comparingInt(Hit::id).reversed());
        PriorityQueue<Hit> best = new PriorityQueue<>(worstFirst);
        for (int id = 0; id < documents.size(); id++) {
            Hit hit = new Hit(id, documents.get(id), VectorPooling.dot(query, vectors.get(id)));
            if (best.size() < top) {
                best.add(hit);
            } else if (worstFirst.compare(hit, best.element()) > 0) {
                best.remove();
                best.add(hit);
            }
        }
        return best.stream().sorted(worstFirst.reversed()).toList();
    }

    byte[] toBytes() {
        List<byte[]> texts =
                documents.stream().map(d -> d.getBytes(StandardCharsets.UTF_8)).toList();
        long bytes = HEADER + 4 + 4L * length * size();
        for (byte[] text : texts) {
            bytes += 4 + text.length;
        }
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putInt(VERSION).putInt(length).putInt(size());
        texts.forEach(text -> out.putInt(text.length).put(text));
        vectors.forEach(vector -> {
            for (float v : vector) {
                out.putFloat(v);
            }
        });
        out.putInt(checksum(out.array(), out.position()));
        return out.array();
    }

    /// Reads what [#toBytes] wrote.
    ///
    /// @param of what messages call it
    /// @param length that vectors must have
    /// @throws BadInputException if it is something else, damaged, or has more documents than may
    ///   be
    static VectorIndex read(byte[] bytes, String of, int length, int capacity) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        check(
                bytes.length >= HEADER + 4 && in.getInt() == MAGIC && in.getInt() == VERSION,
                of + " is not an index of version " + VERSION,
                "it is another file");
        check(
                in.getInt(bytes.length - 4) == checksum(bytes, bytes.length - 4),
                of + " has another checksum than it says",
                "it was cut short, or damaged on the way");
        int found = in.getInt();
        check(
                found == length,
                of + " has vectors of " + found + ", not of " + length,
                "it is another model's");
        int size = in.getInt();
        check(
                size >= 0 && size <= capacity,
                of + " has " + size + " documents, at most " + capacity + " may be",
                "raise the setting capacity");
        VectorIndex index = new VectorIndex(length, capacity);
        in.limit(bytes.length - 4);
        for (int i = 0; i < size; i++) {
            check(in.remaining() >= 4, of + " ends inside its documents", "make it again");
            int n = in.getInt();
            check(
                    n >= 0 && n <= LONGEST_DOCUMENT && n <= in.remaining(),
                    of + ": document " + i + " of " + n + " bytes",
                    "make it again");
            index.documents.add(text(in.slice(in.position(), n), of, i));
            in.position(in.position() + n);
        }
        check(
                in.remaining() == 4L * length * size,
                of + " has " + in.remaining() + " bytes of vectors for " + size + " documents",
                "make it again");
        for (int i = 0; i < size; i++) {
            float[] vector = new float[length];
            for (int d = 0; d < length; d++) {
                vector[d] = in.getFloat();
                check(Float.isFinite(vector[d]), of + " has a vector not finite", "make it again");
            }
            index.vectors.add(vector);
        }
        return index;
    }

    private static String text(ByteBuffer bytes, String of, int number) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new BadInputException(
                    of + ": document " + number + " is not UTF-8", "make the index again.");
        }
    }

    private static void check(boolean condition, String problem, String maybe) {
        BadInputException.check(condition, problem, maybe + ".");
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, 0, length);
        return (int) sum.getValue();
    }
}
