package dev.lamina.csi;

import static dev.lamina.csi.Hdf5File.jhdf;

import dev.lamina.base.BadInputException;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.filter.PipelineFilterWithData;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Reads a dataset in chunks, one after another. Deflated ones are unpacked here, with a limit,
/// because jHDF has none; those of rarer filters by jHDF.
final class Hdf5Chunks {
    private static final int DEFLATE = 1;
    private static final int SHUFFLE = 2;
    private static final int FLETCHER32 = 3;
    private static final int CHECKSUM_BYTES = 4;
    private static final String DAMAGED = "the file is damaged, or was never written to the end.";

    private final String what;
    private final ChunkedDataset dataset;
    private final ElementType type;
    private final int[] lengths;
    private final int[] chunk;
    private final List<PipelineFilterWithData> filters;
    private final long chunkBytes;

    /// @param what file and dataset, for messages
    Hdf5Chunks(String what, ChunkedDataset dataset, ElementType type) {
        this.what = what;
        this.dataset = dataset;
        this.type = type;
        this.lengths = dataset.getDimensions();
        this.chunk = jhdf(what, dataset::getChunkDimensions);
        this.filters = jhdf(what, dataset::getFilters);
        BadInputException.check(
                chunk.length == lengths.length && Arrays.stream(chunk).allMatch(n -> n >= 1),
                what + " has chunks of the shape " + Arrays.toString(chunk),
                DAMAGED);
        double bytes = type.bytes();
        for (int length : chunk) {
            bytes *= length;
        }
        BadInputException.check(
                bytes <= Integer.MAX_VALUE - 8,
                what + " has chunks of the shape " + Arrays.toString(chunk) + ", more than 2 GB",
                "save it with smaller chunks.");
        this.chunkBytes = (long) bytes;
    }

    /// @param fileBytes of the whole file
    void check(long fileBytes) {
        double bytes = type.bytes();
        for (int length : lengths) {
            bytes *= length;
        }
        long stored = Math.min(fileBytes, jhdf(what, dataset::getStorageInBytes));
        Expansion.check(what, (long) bytes, stored);
    }

    void read(Variable.Sink sink) {
        int[] at = new int[lengths.length];
        do {
            put(unpacked(at.clone()), at, sink);
        } while (advance(at, chunk, lengths, lengths.length));
    }

    /// To the next position, last axis fastest.
    ///
    /// @param steps to go along each axis
    /// @param axes how many of the axes to go along
    /// @return false after the last
    private static boolean advance(int[] at, int[] steps, int[] ends, int axes) {
        for (int i = axes - 1; i >= 0; i--) {
            if (at[i] + (long) steps[i] < ends[i]) {
                at[i] += steps[i];
                return true;
            }
            at[i] = 0;
        }
        return false;
    }

    /// The rows along the last axis that lie within the dataset: chunks at its edges reach beyond.
    private void put(byte[] data, int[] at, Variable.Sink sink) {
        int last = lengths.length - 1;
        MemorySegment segment = MemorySegment.ofArray(data);
        int[] inside = new int[lengths.length];
        for (int i = 0; i <= last; i++) {
            inside[i] = Math.min(chunk[i], lengths[i] - at[i]);
        }
        int[] ones = new int[lengths.length];
        Arrays.fill(ones, 1);
        int[] row = new int[lengths.length];
        do {
            long inChunk = 0;
            long inDataset = 0;
            for (int i = 0; i <= last; i++) {
                inChunk = inChunk * chunk[i] + row[i];
                inDataset = inDataset * lengths[i] + at[i] + row[i];
            }
            sink.put(segment, inChunk * type.bytes(), inDataset, inside[last]);
        } while (advance(row, ones, inside, last));
    }

    private byte[] unpacked(int[] at) {
        byte[] data =
                filters.stream().allMatch(f -> Set.of(1, 2, 3).contains(f.getId()))
                        ? unfiltered(raw(at), at)
                        : jhdf(what, () -> dataset.getDecompressedChunk(at));
        BadInputException.check(
                data.length == chunkBytes,
                chunkAt(at) + " has " + data.length + " bytes, not " + chunkBytes,
                DAMAGED);
        return data;
    }

    private byte[] raw(int[] at) {
        return jhdf(
                chunkAt(at),
                () -> {
                    ByteBuffer buffer = dataset.getRawChunkBuffer(at);
                    byte[] bytes = new byte[buffer.remaining()];
                    buffer.get(bytes);
                    return bytes;
                });
    }

    private byte[] unfiltered(byte[] raw, int[] at) {
        byte[] data = raw;
        for (PipelineFilterWithData filter : filters.reversed()) {
            data =
                    switch (filter.getId()) {
                        case DEFLATE -> inflated(data, at);
                        case SHUFFLE -> unshuffled(data);
                        case FLETCHER32 ->
                                Arrays.copyOf(data, Math.max(0, data.length - CHECKSUM_BYTES));
                        default -> throw new IllegalStateException("filter " + filter);
                    };
        }
        return data;
    }

    private byte[] inflated(byte[] packed, int[] at) {
        Expansion.check(chunkAt(at), chunkBytes, packed.length);
        // With a checksum inside, if that filter came first.
        byte[] data = new byte[(int) Math.min(chunkBytes + CHECKSUM_BYTES, Integer.MAX_VALUE - 8)];
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(packed);
            int bytes = 0;
            int more;
            while ((more = inflater.inflate(data, bytes, data.length - bytes)) > 0) {
                bytes += more;
            }
            return Arrays.copyOf(data, bytes);
        } catch (DataFormatException e) {
            if (packed.length == chunkBytes) {
                return packed; // HDF5 leaves a chunk as it is where packing does not shorten it
            }
            throw new BadInputException(
                    chunkAt(at) + " cannot be unpacked: " + e.getMessage(), DAMAGED);
        }
    }

    /// Undoes the filter that puts all first bytes first, then all second bytes.
    private byte[] unshuffled(byte[] shuffled) {
        int size = type.bytes();
        int n = shuffled.length / size;
        byte[] data = shuffled.clone();
        for (int i = 0; i < n; i++) {
            for (int b = 0; b < size; b++) {
                data[i * size + b] = shuffled[b * n + i];
            }
        }
        return data;
    }

    private String chunkAt(int[] at) {
        return what + ", chunk at " + Arrays.toString(at) + ",";
    }
}
