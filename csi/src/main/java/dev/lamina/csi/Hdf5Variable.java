package dev.lamina.csi;

import static dev.lamina.csi.Hdf5File.jhdf;

import dev.lamina.base.BadInputException;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.dataset.DatasetBase;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A dataset. Where it is in one piece it is read from the mapped file, otherwise chunk by chunk:
/// jHDF itself would need it whole in memory, and below 2 GB.
///
/// @param hdf whose file it is in
/// @param dataset for jHDF
/// @param type null if it is not read
/// @param shape as its owner counts the axes
/// @param firstAxisFastest whether those are reversed in the file
record Hdf5Variable(
        Path path,
        HdfFile hdf,
        Dataset dataset,
        @Nullable ElementType type,
        List<Long> shape,
        boolean firstAxisFastest)
        implements Variable {
    private static final int MOST_COMPACT_BYTES = 1 << 16; // of a message
    private static final String MATLAB_CLASS = "MATLAB_class";

    static Hdf5Variable of(Path path, HdfFile hdf, Dataset dataset, boolean matlab) {
        @Nullable Attribute matlabClass = dataset.getAttribute(MATLAB_CLASS);
        boolean text = matlabClass != null && "char".equals(matlabClass.getData());
        boolean reversed = matlab || matlabClass != null;
        List<Long> shape = Arrays.stream(dataset.getDimensions()).asLongStream().boxed().toList();
        return new Hdf5Variable(
                path,
                hdf,
                dataset,
                text ? null : Hdf5Type.of(dataset.getDataType()),
                reversed ? shape.reversed() : shape,
                reversed);
    }

    @Override
    public String name() {
        return dataset.getName();
    }

    @Override
    public void check() {
        long fileBytes = jhdf(what(), hdf::size);
        switch (dataset) {
            case ChunkedDataset chunked -> chunks(chunked).check(fileBytes);
            case ContiguousDataset contiguous -> {
                long begin = begin(contiguous);
                BadInputException.check(
                        begin >= 0 && begin + bytes() <= fileBytes,
                        what()
                                + " has "
                                + Math.round(bytes())
                                + " bytes from byte "
                                + begin
                                + " on, and the file has "
                                + fileBytes,
                        "the file was cut short, or never written to the end.");
            }
            default -> // in the header of the dataset
                    BadInputException.check(
                            bytes() <= MOST_COMPACT_BYTES,
                            what()
                                    + " has "
                                    + Math.round(bytes())
                                    + " bytes in its header, above the limit of "
                                    + MOST_COMPACT_BYTES,
                            "the file is damaged.");
        }
    }

    @Override
    public void read(Sink sink) {
        long elements = CsiAxes.product(shape);
        switch (dataset) {
            case ChunkedDataset chunked -> chunks(chunked).read(sink);
            case ContiguousDataset contiguous ->
                    MappedFile.read(
                            path,
                            (file, _) -> {
                                sink.put(file, begin(contiguous), 0, elements);
                                return elements;
                            });
            case DatasetBase compact -> readCompact(compact, sink);
            default -> throw new IllegalStateException("no such layout: " + dataset);
        }
    }

    private ElementType element() {
        return Objects.requireNonNull(type);
    }

    private double bytes() {
        return (double) CsiAxes.product(shape) * element().bytes();
    }

    private String what() {
        return path + ": the dataset " + shown();
    }

    private Hdf5Chunks chunks(ChunkedDataset chunked) {
        return new Hdf5Chunks(what(), chunked, element());
    }

    /// Where the data begin in the file; -1 if nowhere.
    private long begin(ContiguousDataset contiguous) {
        long userBlockBytes = jhdf(what(), hdf::getUserBlockSize);
        long address = jhdf(what(), () -> contiguous.isEmpty() ? -1 : contiguous.getDataAddress());
        return address < 0 ? -1 : address + userBlockBytes;
    }

    private void readCompact(DatasetBase compact, Sink sink) {
        ByteBuffer data = jhdf(what(), compact::getDataBuffer);
        BadInputException.check(
                data.remaining() == bytes(),
                what() + " has " + data.remaining() + " bytes, not " + Math.round(bytes()),
                "the file is damaged.");
        sink.put(MemorySegment.ofBuffer(data), 0, 0, data.remaining() / element().bytes());
    }
}
