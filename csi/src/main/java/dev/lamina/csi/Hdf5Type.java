package dev.lamina.csi;

import io.jhdf.object.datatype.CompoundDataType;
import io.jhdf.object.datatype.CompoundDataType.CompoundDataMember;
import io.jhdf.object.datatype.DataType;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// HDF5's types as [ElementType]s.
final class Hdf5Type {
    /// Names of the parts: h5py's, MATLAB's, and what others call them.
    private static final List<List<String>> PARTS =
            List.of(List.of("r", "i"), List.of("real", "imag"), List.of("re", "im"));

    private Hdf5Type() {}

    /// Null for types that are not read.
    static @Nullable ElementType of(DataType type) {
        return switch (type) {
            case CompoundDataType compound -> complex(compound);
            case FloatingPoint number -> real(kind(number), number.getByteOrder());
            case FixedPoint number -> real(kind(number), number.getByteOrder());
            default -> null;
        };
    }

    private static @Nullable ElementType real(@Nullable NumberKind kind, ByteOrder order) {
        return kind == null
                ? null
                : new ElementType(kind, kind.bytes(), 0, -1, order == ByteOrder.BIG_ENDIAN);
    }

    private static @Nullable ElementType complex(CompoundDataType compound) {
        List<CompoundDataMember> members = compound.getMembers();
        if (members.size() != 2 || !PARTS.contains(names(members))) {
            return null;
        }
        ElementType re = of(members.get(0).getDataType());
        ElementType im = of(members.get(1).getDataType());
        if (re == null || !re.isReal() || !re.equals(im)) {
            return null;
        }
        int realAt = members.get(0).getOffset();
        int imaginaryAt = members.get(1).getOffset();
        int last = compound.getSize() - re.bytes();
        if (realAt < 0 || imaginaryAt < 0 || realAt > last || imaginaryAt > last) {
            return null;
        }
        return new ElementType(re.kind(), compound.getSize(), realAt, imaginaryAt, re.bigEndian());
    }

    private static List<String> names(List<CompoundDataMember> members) {
        return members.stream().map(CompoundDataMember::getName).toList();
    }

    private static @Nullable NumberKind kind(FloatingPoint number) {
        if (number.getBitOffset() != 0 || number.getBitPrecision() != 8 * number.getSize()) {
            return null;
        }
        return switch (number.getMantissaSize()) {
            case 10 -> number.getSize() == 2 ? NumberKind.F16 : null;
            case 23 -> number.getSize() == 4 ? NumberKind.F32 : null;
            case 52 -> number.getSize() == 8 ? NumberKind.F64 : null;
            default -> null;
        };
    }

    private static @Nullable NumberKind kind(FixedPoint number) {
        if (number.getBitOffset() != 0 || number.getBitPrecision() != 8 * number.getSize()) {
            return null;
        }
        boolean signed = number.isSigned();
        return switch (number.getSize()) {
            case 1 -> signed ? NumberKind.I8 : NumberKind.U8;
            case 2 -> signed ? NumberKind.I16 : NumberKind.U16;
            case 4 -> signed ? NumberKind.I32 : NumberKind.U32;
            case 8 -> signed ? NumberKind.I64 : null;
            default -> null;
        };
    }
}
