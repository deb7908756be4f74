"""Makes the .h5 files beside it, which NumPy, h5py and HDF5 itself wrote: python3 fixtures.py"""

import h5py
import numpy as np

# h[track, time, subcarrier, antenna] = index + 1 - 1j * index
index = np.arange(5 * 4 * 3 * 2)
h = (index + 1 - 1j * index).reshape(5, 4, 3, 2).astype("c8")
speed = np.arange(5) * 10.0


def write(name, h, **options):
    with h5py.File(name, "w") as f:
        f.create_dataset("h", data=h, **options)
        f["speed_kmh"] = speed


write("contiguous.h5", h)
write("gzip.h5", h.astype("c16"), chunks=(2, 3, 3, 2), compression="gzip", shuffle=True, fletcher32=True)
write("lzf.h5", h, chunks=(2, 4, 2, 2), compression="lzf")
with h5py.File("newest.h5", "w", libver="latest") as f:
    f.create_dataset("h", data=h.astype(">c8"), chunks=(3, 2, 3, 1), compression="gzip")
    f["speed_kmh"] = speed.astype("i2")
with h5py.File("parts.h5", "w") as f:
    f["re"] = h.real.astype("f2")
    f["im"] = h.imag.astype("f8")
    f["speed_kmh"] = speed
with h5py.File("matlab.h5", "w", userblock_size=512) as f:
    parts = np.zeros(h.T.shape, dtype=[("real", "<f8"), ("imag", "<f8")])
    parts["real"], parts["imag"] = h.T.real, h.T.imag
    f.create_dataset("channels", data=parts, chunks=(2, 3, 4, 3), compression="gzip")
    f["channels"].attrs["MATLAB_class"] = np.bytes_("double")
    f["speed_kmh"] = speed.reshape(5, 1)
    f["speed_kmh"].attrs["MATLAB_class"] = np.bytes_("double")
    f["title"] = np.array([[104], [101], [108], [108], [111]], dtype="u2")
    f["title"].attrs["MATLAB_class"] = np.bytes_("char")
