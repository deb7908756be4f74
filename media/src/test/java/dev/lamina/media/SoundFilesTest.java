package dev.lamina.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lamina.serve.ServeException;
import dev.lamina.serve.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SoundFilesTest {
    private static final short[] SAMPLES = {0, 256, -256, 12800, 32512, -32768};

    @Test
    void wavRoundTripIsExact() {
        short[] all = new short[65536];
        for (int i = 0; i < all.length; i++) {
            all[i] = (short) i;
        }
        Value.Audio back = SoundFiles.decode(SoundFiles.encodeWav(new Value.Audio(22050, all)));
        assertThat(back.sampleRateHz()).isEqualTo(22050);
        assertThat(back.samples()).isEqualTo(all);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 8, 1",
        "1, 16, 1",
        "1, 24, 1",
        "1, 32, 1",
        "3, 32, 1",
        "1, 8, 2",
        "1, 16, 2",
        "1, 24, 2",
        "1, 32, 2",
        "3, 32, 2"
    })
    void everyEncodingGivesTheSameSamples(int coding, int bits, int channels) {
        byte[] file =
                Wavs.file(
                        coding,
                        channels,
                        8000,
                        bits,
                        Wavs.encoded(coding, bits, channels, SAMPLES));
        Value.Audio read = SoundFiles.decode(file);
        assertThat(read.samples()).isEqualTo(SAMPLES);
        assertThat(read.sampleRateHz()).isEqualTo(8000);
    }

    @Test
    void twoChannelsAreAveraged() {
        ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        data.putShort((short) 100)
                .putShort((short) 300)
                .putShort((short) -32768)
                .putShort((short) 32767);
        assertThat(SoundFiles.decode(Wavs.file(1, 2, 16000, 16, data.array())).samples())
                .containsExactly((short) 200, (short) 0);
    }

    @Test
    void loudFloatsAreClipped() {
        ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(7f).putFloat(-7f);
        assertThat(SoundFiles.decode(Wavs.file(3, 1, 16000, 32, data.array())).samples())
                .containsExactly(Short.MAX_VALUE, Short.MIN_VALUE);
        data.putFloat(4, Float.NaN);
        refused(Wavs.file(3, 1, 16000, 32, data.array()), "sample 1 is NaN", "Maybe its maker");
    }

    @Test
    void otherChunksAreSkipped() {
        byte[] data = Wavs.encoded(1, 16, 1, SAMPLES);
        byte[] odd = Wavs.chunk("LIST", new byte[5]);
        byte[] file =
                Wavs.riff(odd, Wavs.format(1, 1, 16000, 16), odd, Wavs.chunk("data", data), odd);
        assertThat(SoundFiles.decode(file).samples()).isEqualTo(SAMPLES);
    }

    @Test
    void extensibleFormat() {
        ByteBuffer format = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        format.put(Wavs.format(1, 1, 16000, 16), 8, 16).putShort(0, (short) 0xfffe);
        format.putShort(16, (short) 22).putShort(24, (short) 1);
        byte[] data = Wavs.chunk("data", Wavs.encoded(1, 16, 1, SAMPLES));
        assertThat(SoundFiles.decode(Wavs.riff(Wavs.chunk("fmt ", format.array()), data)).samples())
                .isEqualTo(SAMPLES);
    }

    @Test
    void anOpenLengthReachesToTheEnd() {
        byte[] file = Wavs.file(1, 1, 16000, 16, Wavs.encoded(1, 16, 1, SAMPLES));
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(40, -1);
        assertThat(SoundFiles.decode(file).samples()).isEqualTo(SAMPLES);
    }

    @Test
    void longSoundIsRefused() {
        byte[] short1 = Wavs.file(1, 1, 8000, 16, new byte[16000]);
        ByteBuffer.wrap(short1).order(ByteOrder.LITTLE_ENDIAN).putInt(40, 2 * 8000 * 7200);
        refused(short1, "WAV lasts 7200 s, more than 300", "Maybe cut it into parts");

        byte[] twoHours = Wavs.file(1, 1, 4000, 8, new byte[4000 * 7200]);
        refused(twoHours, "WAV lasts 7200 s", "Maybe cut it");
        ByteBuffer.wrap(twoHours).order(ByteOrder.LITTLE_ENDIAN).putInt(40, -1);
        refused(twoHours, "WAV lasts 7200 s", "Maybe cut it");
        // The header says a second: then a second it is.
        ByteBuffer.wrap(twoHours).order(ByteOrder.LITTLE_ENDIAN).putInt(40, 4000);
        assertThat(SoundFiles.decode(twoHours).seconds()).isEqualTo(1);

        byte[] justSo = Wavs.file(1, 1, 4000, 8, new byte[4000 * 300]);
        assertThat(SoundFiles.decode(justSo).seconds()).isEqualTo(300);
        refused(new byte[SoundFiles.MOST_BYTES + 1], "are more than 67108864", "Maybe cut it");
        assertThatThrownBy(() -> SoundFiles.decode(justSo, new SoundFiles.Limits(1 << 24, 1.5)))
                .hasMessageContaining("more than 1.5");
    }

    @Test
    void whatIsNoSound() {
        refused(new byte[0], "sound: 0 bytes", "Maybe send");
        refused("RIFF".getBytes(StandardCharsets.UTF_8), "no WAV", "Maybe convert it");
        refused(Wavs.file(1, 1, 16000, 16, new byte[0]), "lasts 0 s", "Maybe record");
        refused(Wavs.file(1, 1, 16000, 16, new byte[1]), "lasts 0 s", "Maybe record");
        refused(Wavs.file(1, 3, 16000, 16, new byte[6]), "3 channels", "Maybe mix");
        refused(Wavs.file(1, 0, 16000, 16, new byte[6]), "0 channels", "Maybe mix");
        refused(Wavs.file(7, 1, 8000, 8, new byte[6]), "coding 7, 8 bits", "Maybe convert");
        refused(Wavs.file(1, 1, 8000, 12, new byte[6]), "coding 1, 12 bits", "Maybe convert");
        refused(Wavs.file(1, 1, 3999, 16, new byte[6]), "3999 Hz", "Maybe convert");
        refused(Wavs.file(1, 1, 192001, 16, new byte[6]), "192001 Hz", "Maybe convert");
        refused(Wavs.file(1, 1, -1, 16, new byte[6]), "-1 Hz", "Maybe convert");
        refused(Wavs.riff(Wavs.chunk("data", new byte[8])), "before its format", "Maybe");
        refused(Wavs.riff(Wavs.format(1, 1, 8000, 16)), "holds no samples", "Maybe");
        refused(Wavs.riff(Wavs.chunk("fmt ", new byte[3])), "format of 3 bytes", "Maybe");
    }

    @Test
    void cutOffSoundIsRefused() {
        byte[] whole = Wavs.file(1, 1, 16000, 16, new byte[320]);
        for (int length = 0; length < whole.length; length++) {
            refused(Arrays.copyOf(whole, length), "sound: ", "Maybe ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "8000, 16000, 1000",
        "44100, 16000, 440",
        "48000, 16000, 6000",
        "16000, 48000, 5000",
        "192000, 4000, 1500",
        "11025, 16000, 3000",
        "47999, 16001, 2500"
    })
    void resamplingKeepsATone(int rateHz, int newRateHz, int toneHz) {
        Value.Audio tone = tone(rateHz, toneHz, 10000);
        Value.Audio result = SoundFiles.resample(tone, newRateHz);
        assertThat(result.sampleRateHz()).isEqualTo(newRateHz);
        assertThat(result.samples().length).isEqualTo(newRateHz);
        double[] wanted = new double[newRateHz];
        double worst = 0;
        for (int i = 0; i < newRateHz; i++) {
            wanted[i] = 10000 * Math.sin(2 * Math.PI * toneHz * i / newRateHz);
            if (i > newRateHz / 10 && i < newRateHz * 9 / 10) { // ends are cut
                worst = Math.max(worst, Math.abs(wanted[i] - result.samples()[i]));
            }
        }
        assertThat(worst).isLessThan(6); // rounding, and 70 dB below the tone
    }

    @ParameterizedTest
    @CsvSource({
        "48000, 16000, 8100",
        "48000, 16000, 20000",
        "44100, 8000, 4100",
        "16000, 8000, 7000"
    })
    void resamplingRemovesAliases(int rateHz, int newRateHz, int toneHz) {
        short[] result = SoundFiles.resample(tone(rateHz, toneHz, 10000), newRateHz).samples();
        int worst =
                IntStream.range(newRateHz / 10, newRateHz * 9 / 10)
                        .map(i -> Math.abs(result[i]))
                        .max()
                        .orElseThrow();
        assertThat(worst).isLessThan(5);
    }

    @Test
    void resamplingKeepsAConstantAndTheSameRate() {
        short[] constant = new short[4410];
        Arrays.fill(constant, (short) 5000);
        Value.Audio sound = new Value.Audio(44100, constant);
        assertThat(SoundFiles.resample(sound, 44100)).isSameAs(sound);
        short[] result = SoundFiles.resample(sound, 16000).samples();
        assertThat(result[800]).isBetween((short) 4998, (short) 5002);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3999, 192001})
    void ratesOutOfRange(int rateHz) {
        assertThatThrownBy(() -> SoundFiles.resample(tone(8000, 400, 1), rateHz))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining(rateHz + " Hz");
    }

    /// A second.
    private static Value.Audio tone(int rateHz, int toneHz, double amplitude) {
        short[] samples = new short[rateHz];
        for (int i = 0; i < rateHz; i++) {
            samples[i] =
                    SoundFiles.rounded(amplitude * Math.sin(2 * Math.PI * toneHz * i / rateHz));
        }
        return new Value.Audio(rateHz, samples);
    }

    private static void refused(byte[] file, String problem, String maybe) {
        assertThatThrownBy(() -> SoundFiles.decode(file))
                .isInstanceOf(ServeException.class)
                .hasMessageContaining(problem)
                .hasMessageContaining("\n" + maybe)
                .extracting(e -> ((ServeException) e).reason())
                .isEqualTo(ServeException.Reason.BAD_INPUT);
    }
}
