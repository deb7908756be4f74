package dev.lamina.csi;

import dev.lamina.base.AtomicFiles;
import dev.lamina.base.BadInputException;
import dev.lamina.radio.Csi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Reads and writes complex channels with the axes [track, time, subcarrier, antenna...] and their
/// labels. The name's extension tells the format:
///
/// | extension | channels | labels | layout |
/// |-|-|-|-|
/// | `.npy` | complex64, complex128 | none | C or Fortran order |
/// | `.npz` | complex `h` (or the only complex array), or `re` and `im` | yes | C or Fortran order |
/// | `.safetensors` | `re` and `im` (F16, F32, F64), or C64 `h` | yes | |
/// | `.h5`, `.hdf5` | compound {r, i} or {real, imag} `h`, or `re` and `im` | yes | C order |
/// | `.mat` (7.3) | the same | yes | axes reversed, as MATLAB stores them |
///
/// All axes after the third are antennas and are joined into one in row-major order; with three
/// axes there is one antenna. A label is any other array with one number for each track, such as
/// `speed_kmh`. An HDF5 dataset with the attribute `MATLAB_class` has its axes reversed, whatever
/// the file is called. The data of LLM4CP are read as [Llm4cp] says.
public final class CsiFiles {
    private CsiFiles() {}

    private enum Format {
        NPY,
        NPZ,
        SAFETENSORS,
        HDF5,
        MAT;

        static Format of(Path path) {
            String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
            return switch (name.substring(name.lastIndexOf('.') + 1)) {
                case "npy" -> NPY;
                case "npz" -> NPZ;
                case "safetensors" -> SAFETENSORS;
                case "h5", "hdf5" -> HDF5;
                case "mat" -> MAT;
                default ->
                        throw new BadInputException(
                                path + ": the name has no extension of a CSI format",
                                "name it .npy, .npz, .safetensors, .h5, .hdf5 or .mat.");
            };
        }
    }

    /// Passes if the name's extension is one of a CSI format: for callers that ask before they
    /// work.
    ///
    /// @throws BadInputException if it is not
    public static void checkName(Path path) {
        Format.of(path);
    }

    /// Reads all tracks into memory, as float32, and checks them with [CsiChecks].
    ///
    /// @throws BadInputException if there is no such file, its extension is unknown, it is damaged,
    ///   holds no channels, more than the JVM's memory, or such as [CsiChecks] refuses
    /// @throws java.io.UncheckedIOException if it cannot be read
    public static Csi read(Path path) {
        Format format = Format.of(path);
        if (!Files.isRegularFile(path)) {
            throw new BadInputException("no file " + path, "the name is mistyped.");
        }
        Csi csi =
                switch (format) {
                    case NPY -> MappedFile.read(path, NpyFile::read);
                    case NPZ -> NpzFile.read(path);
                    case SAFETENSORS -> SafeTensorsCsi.read(path);
                    case HDF5 -> Hdf5File.read(path, false);
                    case MAT -> Hdf5File.read(path, true);
                };
        CsiChecks.check(csi, path.toString());
        return csi;
    }

    /// Writes the tracks as complex64 (safetensors: as F32 `re` and `im`) with the axes [track,
    /// time, subcarrier, antenna] under the name `h`, and the labels as float64. The file appears
    /// under its name when it is complete. Each track is asked for once, in order; beyond one track
    /// little is held, for `.mat` up to 256 MB of tracks (or one track, if that is larger).
    ///
    /// A `.npy` file holds no labels: they are left out. `.h5` has complex numbers as h5py writes
    /// them (compound {r, i}), `.mat` as MATLAB does (compound {real, imag}, with a user block), so
    /// that `load` gives a complex single array `h`.
    ///
    /// @throws BadInputException if the extension is unknown, or a label has a name that not all
    ///   formats can hold
    /// @throws java.io.UncheckedIOException if it cannot be written; what was there is untouched
    public static void write(Path path, Csi csi) {
        Format format = Format.of(path);
        Labels.checkNames(csi.labels().keySet(), path.toString());
        AtomicFiles.write(
                path,
                temporary -> {
                    switch (format) {
                        case NPY -> NpyFile.write(temporary, csi);
                        case NPZ -> NpzWriter.write(temporary, csi);
                        case SAFETENSORS -> SafeTensorsCsi.write(temporary, csi);
                        case HDF5 -> Hdf5Writer.write(temporary, csi);
                        case MAT -> MatWriter.write(temporary, csi);
                    }
                });
    }
}
