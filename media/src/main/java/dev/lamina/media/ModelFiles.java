package dev.lamina.media;

import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;

/// Pretrained models that come as libraries on the class path.
final class ModelFiles {
    private ModelFiles() {}

    /// @throws BadInputException if the library is not on the class path
    static URL url(String name) {
        URL url = ModelFiles.class.getClassLoader().getResource(name);
        if (url == null) {
            throw new BadInputException(
                    "model " + name + " is not on the class path",
                    "add the library that holds it, as media/pom.xml does");
        }
        return url;
    }

    static byte[] bytes(String name) {
        try (InputStream in = url(name).openStream()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
