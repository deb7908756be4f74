package dev.lamina.media;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.lamina.nn.FloatTensor;
import dev.lamina.serve.ServeException;
import dev.lamina.serve.ServeException.Reason;
import java.nio.FloatBuffer;
import java.util.Map;

/// A model of one input and one output in ONNX Runtime, from the class path.
final class OnnxModel implements AutoCloseable {
    private final String name;
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String input;

    /// @param name of the resource, for example `models/ch_PP-OCRv4_det_infer.onnx`
    OnnxModel(String name) {
        this.name = name;
        environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
            // Threads that spin while they wait take the processor from other services.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            // Inputs are of every size: what was planned and kept for one does not fit the next.
            options.setMemoryPatternOptimization(false);
            options.setCPUArenaAllocator(false);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            session = environment.createSession(ModelFiles.bytes(name), options);
            input = session.getInputNames().iterator().next();
        } catch (OrtException e) {
            throw new IllegalStateException(name + ": " + e.getMessage(), e);
        }
    }

    /// The first output.
    FloatTensor run(FloatTensor tensor) {
        try (OnnxTensor in =
                        OnnxTensor.createTensor(
                                environment, FloatBuffer.wrap(tensor.values()), tensor.shape());
                OrtSession.Result result = session.run(Map.of(input, in))) {
            OnnxTensor out = (OnnxTensor) result.get(0);
            return new FloatTensor(out.getInfo().getShape(), out.getFloatBuffer().array());
        } catch (OrtException e) {
            throw new ServeException(Reason.INTERNAL, name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(name + ": " + e.getMessage(), e);
        }
    }
}
