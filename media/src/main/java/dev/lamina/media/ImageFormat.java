package dev.lamina.media;

import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import java.util.Arrays;
import java.util.HexFormat;

/// The formats of pictures that are read, known by their first bytes.
enum ImageFormat {
    PNG("89504e470d0a1a0a"),
    JPEG("ffd8ff"),
    BMP("424d"),
    GIF("47494638");

    private final byte[] start;

    ImageFormat(String start) {
        this.start = HexFormat.of().parseHex(start);
    }

    /// @throws ServeException with reason BAD_INPUT if it is none of them
    static ImageFormat of(byte[] file) {
        for (ImageFormat format : values()) {
            if (file.length >= format.start.length
                    && Arrays.equals(
                            file, 0, format.start.length, format.start, 0, format.start.length)) {
                return format;
            }
        }
        throw new ServeException(
                Reason.BAD_INPUT,
                "picture: "
                        + file.length
                        + " bytes that begin "
                        + HexFormat.of().formatHex(file, 0, Math.min(8, file.length))
                        + " are no PNG, JPEG, BMP or GIF\nMaybe convert it to PNG");
    }
}
