package dev.lamina.media;

import dev.lamina.serve.ServeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What the marker segments of a JPEG file (ITU-T T.81, B.1) say that the JDK's reader does not:
/// whether it can read the picture, at which price, and which way is up.
///
/// @param components of a pixel; 0 if there is no frame header
/// @param scans at most: each takes time by the size of the picture, not of the file
/// @param orientation of EXIF, 1 (upright) to 8
record JpegHeader(int components, int scans, int orientation) {
    /// Cameras and encoders write about ten.
    private static final int MOST_SCANS = 100;

    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int ORIENTATION_TAG = 0x112;
    private static final int SHORT = 3;

    /// Reads as far as the segments are well-formed.
    static JpegHeader read(byte[] file) {
        int components = 0;
        int orientation = 1;
        int at = 2;
        while (at + 4 <= file.length && (file[at] & 0xff) == 0xff) {
            int marker = file[at + 1] & 0xff;
            if (marker == 0xff) {
                at++; // a fill byte
                continue;
            }
            int length = (file[at + 2] & 0xff) << 8 | (file[at + 3] & 0xff);
            if (marker == 0xda || length < 2 || at + 2 + length > file.length) {
                break;
            }
            if (isFrame(marker) && length >= 8) {
                components = file[at + 9] & 0xff;
            } else if (marker == 0xe1) {
                orientation = orientation(file, at + 4, length - 2);
            }
            at += 2 + length;
        }
        return new JpegHeader(components, scans(file), orientation);
    }

    /// Refuses what takes four colours or too many scans.
    void check() {
        ServeException.check(
                components != 4,
                "picture: JPEG of 4 components (CMYK)",
                "convert it to RGB; it was made for print");
        ServeException.check(
                scans <= MOST_SCANS,
                "picture: JPEG of " + scans + " scans, more than " + MOST_SCANS,
                "save it again, not progressive");
    }

    /// SOF0 to SOF15 but for DHT, JPG and DAC.
    private static boolean isFrame(int marker) {
        return marker >= 0xc0
                && marker <= 0xcf
                && marker != 0xc4
                && marker != 0xc8
                && marker != 0xcc;
    }

    /// Counts the marker anywhere: in packed data it cannot stand, and what metadata hold of it
    /// does no harm.
    private static int scans(byte[] file) {
        int scans = 0;
        for (int i = 0; i + 1 < file.length; i++) {
            if ((file[i] & 0xff) == 0xff && (file[i + 1] & 0xff) == 0xda) {
                scans++;
            }
        }
        return scans;
    }

    /// From the first directory of EXIF's TIFF structure; 1 where it cannot be had.
    private static int orientation(byte[] file, int at, int length) {
        if (length < EXIF.length + 8
                || !Arrays.equals(file, at, at + EXIF.length, EXIF, 0, EXIF.length)) {
            return 1;
        }
        ByteBuffer tiff = ByteBuffer.wrap(file, at + EXIF.length, length - EXIF.length).slice();
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        if (directory < 8 || directory > tiff.limit() - 2) {
            return 1;
        }
        int entries = tiff.getShort(directory) & 0xffff;
        for (int i = 0; i < entries && directory + 2 + 12 * (i + 1) <= tiff.limit(); i++) {
            int entry = directory + 2 + 12 * i;
            if ((tiff.getShort(entry) & 0xffff) == ORIENTATION_TAG
                    && tiff.getShort(entry + 2) == SHORT) {
                int value = tiff.getShort(entry + 8);
                return value >= 1 && value <= 8 ? value : 1;
            }
        }
        return 1;
    }
}
