package io.github.npu4j.compile;

import io.github.npu4j.artifact.ModelDescription;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What to adopt.
 *
 * @param file a context binary, an EPContext model, or a zip archive of these
 * @param description what the model does
 * @param tokenizer its tokenizer, or {@code null}
 * @param model the ONNX model it was made from, or {@code null}; without it there is no CPU to fall
 *     back to
 */
public record AdoptRequest(
    Path file, ModelDescription description, @Nullable Path tokenizer, @Nullable Path model) {}
