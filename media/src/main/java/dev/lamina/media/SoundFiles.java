package dev.lamina.media;

import dev.lamina.serve.ServeException;
import dev.lamina.serve.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Sound as files: WAV becomes [Value.Audio] (one channel, 16 bits, at the file's rate), and back.
/// Bytes may come from anywhere: length is checked in the header before samples are read.
public final class SoundFiles {
    /// The largest file, in bytes: five minutes of stereo at 48 kHz and 16 bits, and some.
    public static final int MOST_BYTES = 64 << 20;

    /// The longest sound.
    public static final int MOST_SECONDS = 300;

    /// The lowest and highest sampling rate.
    public static final int LEAST_RATE_HZ = 4_000;

    public static final int MOST_RATE_HZ = 192_000;

    private static final int HEADER_BYTES = 44;

    private SoundFiles() {}

    /// What is refused unread.
    ///
    /// @param bytes of the file
    /// @param seconds of the sound
    public record Limits(int bytes, double seconds) {
        public static final Limits DEFAULT = new Limits(MOST_BYTES, MOST_SECONDS);
    }

    /// [#decode(byte\[\], Limits)] under the usual limits.
    public static Value.Audio decode(byte[] file) {
        return decode(file, Limits.DEFAULT);
    }

    /// The sound of a WAV file: PCM of 8, 16, 24 or 32 bits or float of 32, one channel or the mean
    /// of two, 4 to 192 kHz. Floats beyond -1..1 are clipped.
    ///
    /// @throws ServeException with reason BAD_INPUT if it is too long, empty, not WAV, cut off or
    ///   of an encoding that is not read
    public static Value.Audio decode(byte[] file, Limits limits) {
        ServeException.check(file.length > 0, "sound: 0 bytes", "send the file's contents");
        ServeException.check(
                file.length <= limits.bytes(),
                "sound: " + file.length + " bytes are more than " + limits.bytes(),
                "cut it into parts");
        WavHeader header = WavHeader.read(file, limits.seconds());
        short[] samples = new short[header.frames()];
        ByteBuffer in =
                ByteBuffer.wrap(file, header.dataAt(), header.frames() * header.frameBytes())
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < samples.length; i++) {
            double sum = 0;
            for (int c = 0; c < header.channels(); c++) {
                sum += sample(in, header, i);
            }
            samples[i] = rounded(sum / header.channels());
        }
        return new Value.Audio(header.rateHz(), samples);
    }

    /// The sound as WAV of 16 bits, one channel.
    public static byte[] encodeWav(Value.Audio sound) {
        int bytes = 2 * sound.samples().length;
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(WavHeader.RIFF).putInt(HEADER_BYTES - 8 + bytes).putInt(WavHeader.WAVE);
        out.putInt(WavHeader.FMT).putInt(16).putShort((short) 1).putShort((short) 1);
        out.putInt(sound.sampleRateHz()).putInt(2 * sound.sampleRateHz());
        out.putShort((short) 2).putShort((short) 16);
        out.putInt(WavHeader.DATA).putInt(bytes);
        for (short sample : sound.samples()) {
            out.putShort(sample);
        }
        return out.array();
    }

    /// The same sound at another rate, without what that rate cannot carry ([Resampler]).
    ///
    /// @param rateHz 4,000 to 192,000
    public static Value.Audio resample(Value.Audio sound, int rateHz) {
        checkRate(rateHz);
        checkRate(sound.sampleRateHz());
        return sound.sampleRateHz() == rateHz
                ? sound
                : new Value.Audio(
                        rateHz, Resampler.resample(sound.samples(), sound.sampleRateHz(), rateHz));
    }

    static void checkRate(int rateHz) {
        ServeException.check(
                rateHz >= LEAST_RATE_HZ && rateHz <= MOST_RATE_HZ,
                "sound: sampling rate "
                        + rateHz
                        + " Hz is not from "
                        + LEAST_RATE_HZ
                        + " to "
                        + MOST_RATE_HZ,
                "convert it to 16000 Hz");
    }

    /// To the nearest, clipped.
    static short rounded(double sample) {
        return (short) Math.clamp(Math.rint(sample), Short.MIN_VALUE, Short.MAX_VALUE);
    }

    /// The next sample, in units of 16 bits.
    private static double sample(ByteBuffer in, WavHeader header, int frame) {
        if (header.isFloat()) {
            float value = in.getFloat();
            ServeException.check(
                    Float.isFinite(value),
                    "sound: sample " + frame + " is " + value,
                    "its maker divided by zero; convert it to 16 bits");
            return 32768.0 * Math.clamp(value, -1f, 1f);
        }
        return switch (header.bits()) {
            case 8 -> ((in.get() & 0xff) - 128) * 256.0;
            case 16 -> in.getShort();
            case 24 -> ((in.get() & 0xff) | in.getShort() << 8) / 256.0;
            case 32 -> in.getInt() / 65536.0;
            default -> throw new IllegalArgumentException("bits " + header.bits());
        };
    }
}
