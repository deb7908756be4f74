package dev.lamina.gateway;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/// Answers what the server itself refuses (headers that are too large or not HTTP, paths that are
/// none) in the same form as the gateway's other errors, not with a page of HTML.
final class ServerErrors extends ErrorHandler {
    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        String said = Objects.requireNonNullElse(message, "error " + code);
        String maybe =
                switch (code) {
                    case 414, 431 -> "\nMaybe shorten them: address and headers may have 8 KiB";
                    case 400 -> "\nMaybe it is not HTTP/1.1, or damaged";
                    default -> "";
                };
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.write(
                true,
                ByteBuffer.wrap(Json.bytes(Map.of("error", "the request: " + said + maybe))),
                callback);
    }
}
