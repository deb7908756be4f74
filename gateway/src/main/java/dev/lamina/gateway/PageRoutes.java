package dev.lamina.gateway;

import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/// The page and the description of the interface.
final class PageRoutes {
    private static final String POLICY =
            "default-src 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:;"
                    + " frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    void register(RoutesConfig routes) {
        serve(routes, "/", "page.html", "text/html; charset=utf-8");
        serve(routes, "/page.js", "page.js", "text/javascript; charset=utf-8");
        serve(routes, "/page.css", "page.css", "text/css; charset=utf-8");
        serve(routes, "/openapi.yaml", "openapi.yaml", "application/yaml; charset=utf-8");
    }

    private static void serve(RoutesConfig routes, String path, String file, String type) {
        byte[] contents = resource(file);
        routes.get(
                path,
                ctx -> {
                    ctx.header("Content-Security-Policy", POLICY);
                    ctx.header("Referrer-Policy", "no-referrer");
                    ctx.header("Cache-Control", "no-cache");
                    ctx.contentType(type).result(contents);
                });
    }

    private static byte[] resource(String file) {
        try (InputStream in = PageRoutes.class.getResourceAsStream(file)) {
            return Objects.requireNonNull(in, file).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
