package dev.lamina.csi;

import java.lang.foreign.MemorySegment;

/// One element of an array in a file: a real number, or a complex one.
///
/// @param kind of the number, or of both parts
/// @param bytes of the element
/// @param realAt first byte of the number or its real part, within the element
/// @param imaginaryAt first byte of the imaginary part; -1 in a real number
/// @param bigEndian the byte order
record ElementType(NumberKind kind, int bytes, int realAt, int imaginaryAt, boolean bigEndian) {
    static ElementType real(NumberKind kind) {
        return new ElementType(kind, kind.bytes(), 0, -1, false);
    }

    static ElementType complex(NumberKind kind) {
        return new ElementType(kind, 2 * kind.bytes(), 0, kind.bytes(), false);
    }

    boolean isComplex() {
        return imaginaryAt >= 0;
    }

    /// Whether this is a real number with a fraction.
    boolean isReal() {
        return !isComplex() && kind.real();
    }

    /// The number, or the real part, of the element that begins at this byte.
    double real(MemorySegment data, long at) {
        return kind.read(data, at + realAt, bigEndian);
    }

    double imaginary(MemorySegment data, long at) {
        return kind.read(data, at + imaginaryAt, bigEndian);
    }
}
