package dev.lamina.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// WAV files of every kind, right and wrong.
final class Wavs {
    private Wavs() {}

    static byte[] file(int coding, int channels, int rateHz, int bits, byte[] data) {
        return riff(format(coding, channels, rateHz, bits), chunk("data", data));
    }

    static byte[] format(int coding, int channels, int rateHz, int bits) {
        ByteBuffer body = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        body.putShort((short) coding).putShort((short) channels).putInt(rateHz);
        body.putInt(rateHz * channels * bits / 8).putShort((short) (channels * bits / 8));
        return chunk("fmt ", body.putShort((short) bits).array());
    }

    static byte[] chunk(String id, byte[] body) {
        int padded = body.length + (body.length & 1);
        return ByteBuffer.allocate(8 + padded)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(id.getBytes(StandardCharsets.ISO_8859_1))
                .putInt(body.length)
                .put(body)
                .array();
    }

    static byte[] riff(byte[]... chunks) {
        int length = 4;
        for (byte[] chunk : chunks) {
            length += chunk.length;
        }
        ByteBuffer file = ByteBuffer.allocate(8 + length).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes(StandardCharsets.ISO_8859_1)).putInt(length);
        file.put("WAVE".getBytes(StandardCharsets.ISO_8859_1));
        for (byte[] chunk : chunks) {
            file.put(chunk);
        }
        return file.array();
    }

    /// Samples that 8 bits can hold, the same in every channel.
    static byte[] encoded(int coding, int bits, int channels, short[] samples) {
        ByteBuffer data =
                ByteBuffer.allocate(samples.length * channels * bits / 8)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (short sample : samples) {
            for (int c = 0; c < channels; c++) {
                if (coding == 3) {
                    data.putFloat(sample / 32768f);
                    continue;
                }
                switch (bits) {
                    case 8 -> data.put((byte) (sample / 256 + 128));
                    case 16 -> data.putShort(sample);
                    case 24 -> data.put((byte) 0).putShort(sample);
                    default -> data.putInt(sample << 16);
                }
            }
        }
        return data.array();
    }
}
