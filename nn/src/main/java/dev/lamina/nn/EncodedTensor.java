package dev.lamina.nn;

/// A tensor on its way between machines.
public final class EncodedTensor {
    private final TensorCodec codec;
    private final long[] shape;
    private final byte[] payload;

    /// A tensor as it came from a link; [#decode()] checks that shape and payload fit.
    public EncodedTensor(TensorCodec codec, long[] shape, byte[] payload) {
        this.codec = codec;
        this.shape = shape.clone();
        this.payload = payload;
    }

    /// Encodes a tensor.
    public static EncodedTensor of(TensorCodec codec, FloatTensor tensor) {
        return new EncodedTensor(codec, tensor.shape(), codec.encode(tensor));
    }

    /// What arrives: the tensor itself under `fp32`, one near it under the others.
    public FloatTensor decode() {
        return codec.decode(payload, shape);
    }

    public TensorCodec codec() {
        return codec;
    }

    public long[] shape() {
        return shape.clone();
    }

    /// The encoded bytes themselves, not a copy.
    public byte[] payload() {
        return payload;
    }
}
