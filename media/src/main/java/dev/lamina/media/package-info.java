/// Services for pictures and sound ([A] III: modality encoders and decoders): text in pictures by
/// PP-OCR in ONNX Runtime, speech to text by Sphinx 4, text to speech by FreeTTS; and what reads
/// and writes picture and sound files.
@NullMarked
package dev.lamina.media;

import org.jspecify.annotations.NullMarked;
