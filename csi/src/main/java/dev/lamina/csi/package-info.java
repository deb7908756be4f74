/// Channel state information in files: NumPy, safetensors, HDF5 and MATLAB 7.3.
@NullMarked
package dev.lamina.csi;

import org.jspecify.annotations.NullMarked;
