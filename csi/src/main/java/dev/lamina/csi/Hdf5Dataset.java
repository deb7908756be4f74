package dev.lamina.csi;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A dataset to be written in one piece.
///
/// @param name in the root group
/// @param type datatype message of its elements
/// @param elementBytes of an element
/// @param shape lengths of the axes, last fastest
/// @param matlabClass what MATLAB calls the type; null in plain HDF5
record Hdf5Dataset(
        String name,
        ByteBuffer type,
        int elementBytes,
        List<Long> shape,
        @Nullable String matlabClass) {
    long bytes() {
        return CsiAxes.product(shape) * elementBytes;
    }

    /// @param address where the data begin
    byte[] objectHeader(long address) {
        Hdf5Bytes header = new Hdf5Bytes();
        header.message(Hdf5Bytes.DATASPACE, Hdf5Bytes.dataspace(shape));
        header.message(Hdf5Bytes.DATATYPE, type);
        header.message(Hdf5Bytes.FILL_VALUE, Hdf5Bytes.noFillValue());
        header.message(Hdf5Bytes.LAYOUT, Hdf5Bytes.contiguous(address, bytes()));
        if (matlabClass != null) {
            header.message(
                    Hdf5Bytes.ATTRIBUTE, Hdf5Bytes.textAttribute("MATLAB_class", matlabClass));
        }
        return header.objectHeader();
    }
}
