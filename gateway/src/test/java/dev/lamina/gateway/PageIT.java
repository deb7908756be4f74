package dev.lamina.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lamina.gateway.HttpGateway.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// The page in a browser: Chromium, if there is one (`apt-get install chromium`). Pictures of it go
/// to target/.
class PageIT {
    private static final String KEY = "a key for the page, long";

    @Test
    void thePageShowsAndTries(@TempDir(cleanup = CleanupMode.NEVER) Path profile) throws Exception {
        Path program = Browser.program();
        assumeTrue(program != null, "no chromium or chrome on the path: the page is not tested");
        try (Running running = new Running();
                Browser browser =
                        new Browser(Objects.requireNonNull(program), profile, running.uri("/"))) {
            browser.await("document.querySelectorAll('#flow option').length === 8");
            assertThat(browser.evaluate("document.getElementById('state').innerText").asString())
                    .startsWith("2 of 2 nodes up");
            assertThat(browser.evaluate("document.querySelectorAll('#nodes table').length").asInt())
                    .isEqualTo(2);

            fill(browser, "say", "<b>Guten Tag</b>");
            browser.await("document.querySelector('#answer pre')");
            assertThat(
                            browser.evaluate("document.querySelector('#answer pre').innerText")
                                    .asString())
                    .isEqualTo("<b>Guten Tag</b>");

            choose(browser, "say");
            assertThat(browser.evaluate("document.querySelector('#answer').innerText").asString())
                    .as("an answer does not stay beside another flow")
                    .isEmpty();
            assertThat(
                            browser.evaluate(
                                            "document.getElementById('key-form').checkVisibility()")
                                    .asBoolean())
                    .as("nobody asked for a key")
                    .isFalse();

            fill(browser, "break", "bad");
            browser.await("document.querySelector('#answer .bad')");
            assertThat(browser.evaluate("document.querySelector('#answer').innerText").asString())
                    .contains("a bad item");

            file(
                    browser,
                    "invert",
                    "picture.png",
                    "image/png",
                    Base64.getEncoder().encodeToString(png()));
            browser.await("document.querySelector('#answer img')?.naturalWidth === 60");
            browser.await("document.querySelector('.preview img')?.naturalWidth === 60");
            assertThat(browser.evaluate("document.getElementById('curl').innerText").asString())
                    .isEqualTo(
                            "curl http://localhost:"
                                    + running.port()
                                    + "/flows/invert -F image=@FILE.png");

            // the page's own writer of WAV makes what the gateway reads
            browser.evaluate(
                    "globalThis.sound = {sampleRate: 16000, getChannelData: () => "
                            + "Float32Array.from({length: 1600}, (_, i) => 0.2 * Math.sin(i / 6))}");
            file(
                    browser,
                    "amplify",
                    "sound.wav",
                    "audio/wav",
                    browser.evaluate("btoa(String.fromCharCode(...new Uint8Array(wav(sound))))")
                            .asString());
            browser.await("document.querySelector('#answer audio')?.readyState >= 1");
            assertThat(
                            browser.evaluate("document.querySelector('#answer audio').duration")
                                    .asDouble())
                    .isEqualTo(0.1);

            // every control is reached by the keyboard and has a name
            assertThat(
                            browser.evaluate(
                                            "[...document.querySelectorAll('input,select,textarea')]"
                                                    + ".filter(e => !e.labels.length).length")
                                    .asInt())
                    .isZero();
            assertThat(
                            browser.evaluate("document.documentElement.scrollWidth <= innerWidth")
                                    .asBoolean())
                    .isTrue();
            browser.await("document.querySelector('#flows').innerText.includes('ms')");
            for (String scheme : List.of("light", "dark")) {
                browser.call(
                        "Emulation.setEmulatedMedia",
                        Map.of(
                                "features",
                                List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
                String picture =
                        browser.call("Page.captureScreenshot", Map.of()).path("data").asString();
                Path target = Files.createDirectories(Path.of("target"));
                Files.write(
                        target.resolve("page-" + scheme + ".png"),
                        Base64.getDecoder().decode(picture));
            }
        }
    }

    @Test
    void thePageAsksForTheKey(@TempDir(cleanup = CleanupMode.NEVER) Path profile) throws Exception {
        Path program = Browser.program();
        assumeTrue(program != null, "no chromium or chrome on the path: the page is not tested");
        Config config = Running.config().withKeys(ApiKeys.of(List.of(KEY)));
        try (Running running = new Running(config, null);
                Browser browser =
                        new Browser(Objects.requireNonNull(program), profile, running.uri("/"))) {
            browser.await("document.getElementById('state').innerText.includes('API key')");
            browser.await("document.getElementById('key-form').checkVisibility()");
            browser.evaluate(
                    "document.getElementById('key').value = '"
                            + KEY
                            + "';"
                            + "document.getElementById('key-form').requestSubmit()");
            browser.await("document.querySelectorAll('#flow option').length === 8");
        }
    }

    private static byte[] png() {
        byte[] rgb = new byte[60 * 40 * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 40);
        }
        return dev.lamina.media.ImageFiles.encodePng(new dev.lamina.serve.Value.Image(40, 60, rgb));
    }

    private static void choose(Browser browser, String flow) throws Exception {
        browser.evaluate(
                "document.getElementById('flow').value = '"
                        + flow
                        + "';"
                        + "document.getElementById('flow').dispatchEvent(new Event('change'))");
    }

    private static void fill(Browser browser, String flow, String text) throws Exception {
        choose(browser, flow);
        browser.evaluate(
                "document.querySelector('#inputs textarea').value = '"
                        + text
                        + "';"
                        + "document.getElementById('flow-form').requestSubmit()");
    }

    private static void file(Browser browser, String flow, String name, String type, String base64)
            throws Exception {
        choose(browser, flow);
        browser.evaluate(
                """
                (() => {
                  const bytes = Uint8Array.from(atob('%s'), c => c.charCodeAt(0));
                  const files = new DataTransfer();
                  files.items.add(new File([bytes], '%s', {type: '%s'}));
                  const field = document.querySelector('#inputs input');
                  field.files = files.files;
                  field.dispatchEvent(new Event('change'));
                  document.getElementById('flow-form').requestSubmit();
                })()
                """
                        .formatted(base64, name, type));
    }
}
