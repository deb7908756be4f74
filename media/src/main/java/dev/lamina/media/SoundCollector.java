package dev.lamina.media;

import com.sun.speech.freetts.audio.AudioPlayer;
import dev.lamina.serve.Value;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.sound.sampled.AudioFormat;

/// Takes what FreeTTS would play, up to the longest sound that is allowed.
final class SoundCollector implements AudioPlayer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private AudioFormat format = new AudioFormat(16000, 16, 1, true, true);
    private float volume = 1;
    private boolean full;

    /// Whether something did not fit.
    boolean isFull() {
        return full;
    }

    Value.Audio audio() {
        short[] samples = new short[bytes.size() / 2];
        ByteBuffer.wrap(bytes.toByteArray())
                .order(format.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer()
                .get(samples);
        return new Value.Audio((int) format.getSampleRate(), samples);
    }

    @Override
    public boolean write(byte[] audio, int offset, int size) {
        long most = 2L * SoundFiles.MOST_SECONDS * (int) format.getSampleRate();
        if (bytes.size() + size > most) {
            full = true;
            return false;
        }
        bytes.write(audio, offset, size);
        return true;
    }

    @Override
    public boolean write(byte[] audio) {
        return write(audio, 0, audio.length);
    }

    @Override
    public void setAudioFormat(AudioFormat format) {
        this.format = format;
    }

    @Override
    public AudioFormat getAudioFormat() {
        return format;
    }

    @Override
    public float getVolume() {
        return volume;
    }

    @Override
    public void setVolume(float volume) {
        this.volume = volume;
    }

    @Override
    public boolean end() {
        return !full;
    }

    @Override
    public boolean drain() {
        return true;
    }

    @Override
    public long getTime() {
        return -1;
    }

    @Override
    public void begin(int size) {}

    @Override
    public void pause() {}

    @Override
    public void resume() {}

    @Override
    public void reset() {}

    @Override
    public void cancel() {}

    @Override
    public void close() {}

    @Override
    public void resetTime() {}

    @Override
    public void startFirstSampleTimer() {}

    @Override
    public void showMetrics() {}
}
