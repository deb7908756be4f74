/// Channel state information in files: NumPy (`.npy`, `.npz`), safetensors, HDF5 and MATLAB 7.3.
///
/// [CsiFiles] reads and writes. Each format is a class that lists a file's arrays as [Variable]s;
/// [Variables] finds among them the channels and the labels; a [Scatter] puts the numbers where
/// they belong, in whatever order the file holds them. HDF5 is parsed with jHDF and written by
/// [Hdf5Writer], because jHDF writes neither complex numbers nor what does not fit in memory.
@NullMarked
package dev.lamina.csi;

import org.jspecify.annotations.NullMarked;
