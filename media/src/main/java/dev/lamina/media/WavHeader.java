package dev.lamina.media;

import dev.lamina.serve.ServeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What stands before the samples of a WAV file (Microsoft, Multimedia Programming Interface 1.0;
/// WAVE_FORMAT_EXTENSIBLE). Made only of what was checked: all frames lie within the file.
///
/// @param isFloat whether samples are IEEE floats; integers otherwise
/// @param frames of one sample a channel
/// @param dataAt where the first begins
record WavHeader(boolean isFloat, int channels, int rateHz, int bits, int frames, int dataAt) {
    static final int RIFF = tag("RIFF");
    static final int WAVE = tag("WAVE");
    static final int FMT = tag("fmt ");
    static final int DATA = tag("data");

    private static final int PCM = 1;
    private static final int FLOAT = 3;
    private static final int EXTENSIBLE = 0xfffe;

    /// A length that programs write which do not know it yet: up to the end of the file.
    private static final long OPEN = 0xffff_ffffL;

    int frameBytes() {
        return channels * bits / 8;
    }

    /// @param mostSeconds that it may declare, or hold
    static WavHeader read(byte[] file, double mostSeconds) {
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        ServeException.check(
                file.length >= 12 && in.getInt(0) == RIFF && in.getInt(8) == WAVE,
                "sound: " + file.length + " bytes that are no WAV",
                "convert it: RIFF WAVE, 16 bits, 16000 Hz");
        WavHeader format = null;
        long at = 12;
        while (at + 8 <= file.length) {
            int id = in.getInt((int) at);
            long length = in.getInt((int) at + 4) & 0xffff_ffffL;
            long body = at + 8;
            if (id == DATA) {
                ServeException.check(
                        format != null,
                        "sound: WAV has samples before its format",
                        "the file is damaged; send it again");
                return format.with((int) body, length, file.length - body, mostSeconds);
            }
            if (id == FMT) {
                ServeException.check(
                        length >= 16 && body + length <= file.length,
                        "sound: WAV has a format of " + length + " bytes",
                        "the file is damaged; send it again");
                format = format(in.slice((int) body, (int) length).order(ByteOrder.LITTLE_ENDIAN));
            }
            at = body + length + (length & 1);
        }
        throw new ServeException(
                ServeException.Reason.BAD_INPUT,
                "sound: WAV of "
                        + file.length
                        + " bytes holds no samples\nMaybe the file is cut off; send it again");
    }

    private static WavHeader format(ByteBuffer in) {
        int coding = in.getShort(0) & 0xffff;
        if (coding == EXTENSIBLE && in.limit() >= 26) {
            coding = in.getShort(24) & 0xffff; // the first field of the sub-format's GUID
        }
        int channels = in.getShort(2) & 0xffff;
        int rateHz = in.getInt(4);
        int bits = in.getShort(14) & 0xffff;
        ServeException.check(
                coding == PCM
                        ? bits == 8 || bits == 16 || bits == 24 || bits == 32
                        : coding == FLOAT && bits == 32,
                "sound: WAV of coding " + coding + ", " + bits + " bits",
                "convert it to PCM (coding 1) of 16 bits");
        ServeException.check(
                channels == 1 || channels == 2,
                "sound: WAV of " + channels + " channels",
                "mix it down to one");
        SoundFiles.checkRate(rateHz);
        return new WavHeader(coding == FLOAT, channels, rateHz, bits, 0, 0);
    }

    /// @param declared length of the samples, in bytes
    /// @param present bytes up to the end of the file
    private WavHeader with(int dataAt, long declared, long present, double mostSeconds) {
        long bytes = declared == OPEN ? present : declared;
        long count = bytes / frameBytes();
        double seconds = (double) count / rateHz;
        ServeException.check(
                seconds <= mostSeconds,
                "sound: WAV lasts " + Math.round(seconds) + " s, more than " + mostSeconds,
                "cut it into parts");
        ServeException.check(count > 0, "sound: WAV lasts 0 s", "record something");
        ServeException.check(
                bytes <= present,
                "sound: WAV declares " + bytes + " bytes of samples and holds " + present,
                "the file is cut off; send it again");
        return new WavHeader(isFloat, channels, rateHz, bits, (int) count, dataAt);
    }

    private static int tag(String name) {
        return name.charAt(0) | name.charAt(1) << 8 | name.charAt(2) << 16 | name.charAt(3) << 24;
    }
}
