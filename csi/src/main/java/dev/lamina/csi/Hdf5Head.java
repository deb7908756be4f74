package dev.lamina.csi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Everything of an HDF5 file that stands before the data: superblock, root group, and the
/// datasets' headers. The data follow in the order of the datasets, without gaps.
///
/// Only what every version of HDF5 since 1.8 reads: superblock version 0, object headers version 1,
/// links in the root group's header, contiguous data.
///
/// Format: <https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html>.
final class Hdf5Head {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    private static final int SUPERBLOCK_BYTES = 96;
    private static final int SYMBOL_LEAF_K = 4;
    private static final int SYMBOL_INTERNAL_K = 16;
    private static final long UNDEFINED = -1;

    private Hdf5Head() {}

    /// @param userBlockBytes that stand before the superblock in the file; addresses do not count
    ///   them
    static byte[] bytes(List<Hdf5Dataset> datasets, int userBlockBytes) {
        // The headers' lengths do not depend on the addresses in them.
        List<Long> addresses = new ArrayList<>();
        List<Long> unknown = Collections.nCopies(datasets.size(), 0L);
        long address = SUPERBLOCK_BYTES + (long) root(datasets, unknown).length;
        for (Hdf5Dataset dataset : datasets) {
            addresses.add(address);
            address += dataset.objectHeader(0).length;
        }
        int headBytes = (int) address;
        List<byte[]> headers = new ArrayList<>();
        for (Hdf5Dataset dataset : datasets) {
            headers.add(dataset.objectHeader(address));
            address += dataset.bytes();
        }
        ByteBuffer head = ByteBuffer.allocate(headBytes).order(ByteOrder.LITTLE_ENDIAN);
        putSuperblock(head, userBlockBytes, userBlockBytes + address);
        head.put(root(datasets, addresses));
        headers.forEach(head::put);
        return head.array();
    }

    private static void putSuperblock(ByteBuffer head, long base, long end) {
        head.put(SIGNATURE);
        head.putInt(0); // versions of superblock, free space and root group; reserved
        head.put((byte) 0).put((byte) Long.BYTES).put((byte) Long.BYTES).put((byte) 0);
        head.putShort((short) SYMBOL_LEAF_K).putShort((short) SYMBOL_INTERNAL_K).putInt(0);
        head.putLong(base).putLong(UNDEFINED).putLong(end).putLong(UNDEFINED);
        head.putLong(0).putLong(SUPERBLOCK_BYTES); // the root group has no name; its header
        head.putLong(0).putLong(0).putLong(0); // nothing cached of it
    }

    private static byte[] root(List<Hdf5Dataset> datasets, List<Long> addresses) {
        Hdf5Bytes header = new Hdf5Bytes();
        header.message(Hdf5Bytes.LINK_INFO, Hdf5Bytes.linksInHeader());
        header.message(Hdf5Bytes.GROUP_INFO, ByteBuffer.allocate(2));
        for (int i = 0; i < datasets.size(); i++) {
            header.message(
                    Hdf5Bytes.LINK, Hdf5Bytes.link(datasets.get(i).name(), addresses.get(i)));
        }
        return header.objectHeader();
    }
}
