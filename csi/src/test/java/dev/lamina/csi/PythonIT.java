package dev.lamina.csi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lamina.radio.Csi;
import dev.lamina.radio.CsiShape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What NumPy and h5py make of our files, and we of theirs. Skipped where python3 has no NumPy and
/// h5py.
class PythonIT {
    private static final CsiShape SHAPE = new CsiShape(4, 3, 2);
    private static final Map<String, double[]> LABELS =
            Map.of("speed_kmh", new double[] {0, 10, 20, 30, 40});

    /// Channels and labels of [TestCsi#counting], and what compares others to them.
    private static final String HEAD =
            """
            import sys, h5py, numpy as np
            k = np.arange(5 * 4 * 3 * 2)
            h = (k + 1 - 1j * k).reshape(5, 4, 3, 2)
            speed = np.arange(5) * 10.0
            path = sys.argv[1]
            def same(channels, label):
                assert channels.dtype == np.complex64, channels.dtype
                assert channels.shape == h.shape, channels.shape
                assert (channels == h).all()
                assert (label == speed).all(), label
            """;

    @TempDir Path folder;

    private static String python = "";

    @BeforeAll
    static void pythonIsThere() throws Exception {
        for (String command : List.of("python3", "/usr/bin/python3")) {
            if (python.isEmpty() && exit(command, "-c", "import numpy, h5py") == 0) {
                python = command;
            }
        }
        assumeTrue(!python.isEmpty(), "no python3 with numpy and h5py");
    }

    private static int exit(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    private static void run(String script, Path path) throws Exception {
        List<String> command = new ArrayList<>(List.of(python, "-c", HEAD + script));
        command.add(path.toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static Csi counting() {
        return TestCsi.counting(5, SHAPE, LABELS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    h.npy | same(np.load(path), speed)
                    h.npz | f = np.load(path); same(f['h'], f['speed_kmh']); assert f.zip.testzip() is None
                    h.h5  | f = h5py.File(path); same(f['h'][:], f['speed_kmh'][:])
                    """)
    void pythonReadsOurFiles(String name, String script) throws Exception {
        Path file = folder.resolve(name);
        CsiFiles.write(file, counting());
        run(script, file);
    }

    @Test
    void h5pyReadsOurMatFiles() throws Exception {
        Path file = folder.resolve("h.mat");
        CsiFiles.write(file, counting());
        run(
                """
                f = h5py.File(path)
                assert f.userblock_size == 512
                raw = f['h'][:]
                assert raw.dtype.names == ('real', 'imag'), raw.dtype
                same((raw['real'] + 1j * raw['imag']).astype('c8').T, f['speed_kmh'][:].ravel())
                assert f['speed_kmh'].shape == (1, 5), f['speed_kmh'].shape
                assert f['h'].attrs['MATLAB_class'] == b'single', f['h'].attrs['MATLAB_class']
                assert f['speed_kmh'].attrs['MATLAB_class'] == b'double'
                head = open(path, 'rb').read(128)
                assert head.startswith(b'MATLAB 7.3 MAT-file') and head[124:] == b'\\x00\\x02IM', head
                """,
                file);
    }

    @Test
    void safeTensorsHoldThePartsOneAfterTheOther() throws Exception {
        Path file = folder.resolve("h.safetensors");
        CsiFiles.write(file, counting());
        run(
                """
                import json
                data = open(path, 'rb').read()
                n = int.from_bytes(data[:8], 'little')
                head = json.loads(data[8:8 + n])
                def tensor(name, dtype):
                    begin, end = head[name]['data_offsets']
                    return np.frombuffer(data[8 + n + begin:8 + n + end], dtype).reshape(head[name]['shape'])
                same(tensor('re', '<f4') + 1j * tensor('im', '<f4'), tensor('speed_kmh', '<f8'))
                """,
                file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "np.savez(path, h=h, speed_kmh=speed)",
                "np.savez_compressed(path, h=h.astype('c8'), speed_kmh=speed.astype('i8'))",
                "np.savez(path, re=np.asfortranarray(h.real), im=h.imag.astype('f2'),"
                        + " speed_kmh=speed)"
            })
    void npzFilesOfNumPyAreRead(String script) throws Exception {
        Path file = folder.resolve("x.npz");
        run(script, file);
        TestCsi.assertSame(CsiFiles.read(file), counting());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"h", "h.astype('c8')", "np.asfortranarray(h)", "h.astype('c8').T.copy().T"})
    void npyFilesOfNumPyAreRead(String array) throws Exception {
        Path file = folder.resolve("x.npy");
        run("np.save(path, " + array + ")", file);
        TestCsi.assertSameChannels(CsiFiles.read(file), counting());
    }

    @Test
    void anArchiveWithTheExtensionsForLargeFilesIsRead() throws Exception {
        Path file = folder.resolve("x.npz");
        run(
                """
                import io, zipfile
                with zipfile.ZipFile(path, 'w') as z:
                    for name, array in (('h', h), ('speed_kmh', speed)):
                        with z.open(name + '.npy', 'w', force_zip64=True) as f:
                            np.lib.format.write_array(f, array)
                """,
                file);
        TestCsi.assertSame(CsiFiles.read(file), counting());
    }

    @Test
    void theHistoryOfLlm4cpIsReadInManyChunks() throws Exception {
        run(
                """
                rng = np.random.default_rng(1)
                for name, steps in (('H_U_his_test', 16), ('H_U_pre_test', 4)):
                    a = rng.standard_normal((10, 7, steps, 5, 4, 2, 2, 2))
                    np.save(path + '/' + name + '.npy', (a[..., 0] + 1j * a[..., 1]).astype('c8'))
                    with h5py.File(path + '/' + name + '.mat', 'w', userblock_size=512) as f:
                        parts = np.zeros(a.shape[:-1], [('real', 'f8'), ('imag', 'f8')]).T
                        parts['real'], parts['imag'] = a[..., 0].T, a[..., 1].T
                        d = f.create_dataset(name, data=parts, chunks=(1, 2, 3, 4, 3, 4, 7), compression=3)
                        d.attrs['MATLAB_class'] = np.bytes_('double')
                """,
                folder);
        Csi read = CsiFiles.read(folder.resolve("H_U_his_test.mat"));
        Csi history = CsiFiles.read(reshaped("H_U_his_test"));
        Csi future = CsiFiles.read(reshaped("H_U_pre_test"));
        assertThat(read.shape()).isEqualTo(new CsiShape(20, 5, 16));
        assertThat(read.labels().get("speed_kmh")).hasSize(70);
        for (int i = 0; i < 70; i++) {
            float[] track = read.track(i);
            int middle = history.track(i).length;
            assertThat(Arrays.copyOf(track, middle)).isEqualTo(history.track(i));
            assertThat(Arrays.copyOfRange(track, middle, track.length)).isEqualTo(future.track(i));
        }
    }

    private Path reshaped(String name) throws Exception {
        Path file = folder.resolve(name + ".npy");
        run("a = np.load(path); np.save(path, a.reshape(-1, *a.shape[2:]))", file);
        return file;
    }
}
