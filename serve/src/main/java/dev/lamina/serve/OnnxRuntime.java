package dev.lamina.serve;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.lamina.base.BadInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// ONNX Runtime as all services of a process use it: one environment, one pool of threads for all
/// sessions, as many as there are cores, that sleep when there is nothing to compute.
public final class OnnxRuntime {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final int LONGEST_COMMAND_LINE = 3900;

    /// A system property: there is one runtime in a process, as there is one of these.
    private static final String THREADS = "lamina.onnx.threads";

    private OnnxRuntime() {}

    /// Sets how many threads all sessions share, if not as many as there are cores. It counts if it
    /// comes before the first session.
    public static void useThreads(int threads) {
        System.setProperty(THREADS, Integer.toString(threads));
    }

    private static int threads() {
        return Integer.getInteger(THREADS, Runtime.getRuntime().availableProcessors());
    }

    /// Made when it is first asked for: the library is unpacked and loaded then.
    private static final class Loaded {
        static final OrtEnvironment ENVIRONMENT;
        static final boolean OWN_THREADS;

        static {
            OrtEnvironment environment;
            boolean ownThreads = false;
            try (OrtEnvironment.ThreadingOptions threads = new OrtEnvironment.ThreadingOptions()) {
                threads.setGlobalIntraOpNumThreads(threads());
                threads.setGlobalInterOpNumThreads(1);
                threads.setGlobalSpinControl(false);
                environment =
                        OrtEnvironment.getEnvironment(
                                OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "lamina", threads);
            } catch (IllegalStateException e) { // somebody else in this process was first
                environment = OrtEnvironment.getEnvironment();
                ownThreads = true;
            } catch (OrtException e) {
                throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
            }
            ENVIRONMENT = environment;
            OWN_THREADS = ownThreads;
        }
    }

    /// The environment. Whoever uses ONNX Runtime takes this one: the first that a process makes
    /// decides how it computes.
    ///
    /// @throws BadInputException if ONNX Runtime would end this process
    public static OrtEnvironment environment() {
        checkCommandLine();
        return Loaded.ENVIRONMENT;
    }

    /// A session of a model.
    ///
    /// @param model encoded; not used any more when this returns
    /// @throws BadInputException if it is not a model that ONNX Runtime can run
    public static OrtSession session(byte[] model, String nameForErrors) {
        OrtEnvironment environment = environment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            if (Loaded.OWN_THREADS) {
                options.setIntraOpNumThreads(threads());
                options.addConfigEntry("session.intra_op.allow_spinning", "0");
            } else {
                options.disablePerSessionThreads();
            }
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            // an arena doubles what it asks for: weights stay outside
            options.addConfigEntry("session.use_device_allocator_for_initializers", "1");
            return environment.createSession(model, options);
        } catch (OrtException e) {
            throw new BadInputException(
                    nameForErrors + ": ONNX Runtime refuses it: " + e.getMessage(),
                    "the file is damaged, or of a newer version.");
        }
    }

    /// A tensor over a direct buffer of native order, from its position to its limit.
    static OnnxTensor tensor(FloatBuffer direct, long... shape) throws OrtException {
        return OnnxTensor.createTensor(Loaded.ENVIRONMENT, direct, shape);
    }

    /// A tensor over a direct buffer of native order, from its position to its limit.
    static OnnxTensor tensor(IntBuffer direct, long... shape) throws OrtException {
        return OnnxTensor.createTensor(Loaded.ENVIRONMENT, direct, shape);
    }

    /// A tensor over a direct buffer of native order, from its position to its limit.
    static OnnxTensor tensor(LongBuffer direct, long... shape) throws OrtException {
        return OnnxTensor.createTensor(Loaded.ENVIRONMENT, direct, shape);
    }

    /// Memory that tensors can lie over.
    static ByteBuffer memory(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    /// What a service answers when ONNX Runtime fails.
    static ServeException failed(OrtException e) {
        return new ServeException(
                ServeException.Reason.INTERNAL, "ONNX Runtime: " + e.getMessage(), e);
    }

    /// ONNX Runtime 1.29.0 for Linux dies (SIGSEGV when it makes its environment) in a process
    /// whose command line has more than about 4,000 bytes, as a long class path makes it.
    private static void checkCommandLine() {
        try {
            byte[] line =
                    Files.exists(COMMAND_LINE) ? Files.readAllBytes(COMMAND_LINE) : new byte[0];
            BadInputException.check(
                    line.length <= LONGEST_COMMAND_LINE,
                    "this process has a command line of "
                            + line.length
                            + " bytes, and ONNX Runtime 1.29 dies where there are more than "
                            + LONGEST_COMMAND_LINE,
                    "give the class path in the environment (CLASSPATH), or in a file (java @file).");
        } catch (IOException e) {
            // no such limit where it cannot be read
        }
    }
}
