package dev.lamina.media;

import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import java.util.HexFormat;

/// The formats of pictures that are read, known by their first bytes.
enum ImageFormat {
    PNG("89504e470d0a1a0a"),
    JPEG("ffd8ff"),
    BMP("424d"),
    GIF("47494638");

    private final String start;

    /// @param start first bytes, in hexadecimal digits
    ImageFormat(String start) {
        this.start = start;
    }

    /// @throws ServeException with reason BAD_INPUT if it is none of them
    static ImageFormat of(byte[] file) {
        String begin = HexFormat.of().formatHex(file, 0, Math.min(8, file.length));
        for (ImageFormat format : values()) {
            if (begin.startsWith(format.start)) {
                return format;
            }
        }
        throw new ServeException(
                Reason.BAD_INPUT,
                "picture: "
                        + file.length
                        + " bytes that begin "
                        + begin
                        + " are no PNG, JPEG, BMP or GIF\nMaybe convert it to PNG");
    }
}
