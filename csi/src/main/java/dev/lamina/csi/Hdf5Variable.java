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
    public void read(Sink sink) {
        ElementType element = Objects.requireNonNull(type);
        double bytes = (double) CsiAxes.product(shape) * element.bytes();
        switch (dataset) {
            case ChunkedDataset chunked -> new Hdf5Chunks(what(), chunked, element).read(sink);
            case ContiguousDataset contiguous -> readContiguous(contiguous, element, bytes, sink);
            case DatasetBase compact -> readCompact(compact, element, bytes, sink);
            default -> throw new IllegalStateException("no such layout: " + dataset);
        }
    }

    private String what() {
        return path + ": the dataset " + shown();
    }

    private void readContiguous(
            ContiguousDataset contiguous, ElementType element, double bytes, Sink sink) {
        long address = jhdf(what(), () -> contiguous.isEmpty() ? -1 : contiguous.getDataAddress());
        long begin = address + jhdf(what(), hdf::getUserBlockSize);
        MappedFile.read(
                path,
                (file, _) -> {
                    BadInputException.check(
                            address >= 0 && begin >= 0 && begin + bytes <= file.byteSize(),
                            what()
                                    + " has "
                                    + Math.round(bytes)
                                    + " bytes from byte "
                                    + begin
                                    + " on, and the file has "
                                    + file.byteSize(),
                            "the file was cut short, or never written to the end.");
                    sink.put(file, begin, 0, Math.round(bytes) / element.bytes());
                    return begin;
                });
    }

    /// In the header of the dataset, hence small.
    private void readCompact(DatasetBase compact, ElementType element, double bytes, Sink sink) {
        ByteBuffer data = jhdf(what(), compact::getDataBuffer);
        BadInputException.check(
                data.remaining() == bytes,
                what() + " has " + data.remaining() + " bytes, not " + Math.round(bytes),
                "the file is damaged.");
        sink.put(MemorySegment.ofBuffer(data), 0, 0, data.remaining() / element.bytes());
    }
}
