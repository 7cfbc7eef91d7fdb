package io.github.npu4j.family.encoder;

import io.github.npu4j.store.JsonObject;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What a family of encoders says of itself.
 *
 * @param family its name
 * @param names of the weights
 * @param sizes reads them from a configuration
 * @param head chooses what stands behind the encoder, by a configuration
 * @param unused whether a weight may be in a checkpoint without use, by its full name
 */
public record EncoderArchitecture(
    String family,
    EncoderNames names,
    Function<JsonObject, EncoderSizes> sizes,
    Function<JsonObject, EncoderGraph.Head> head,
    Predicate<String> unused) {}
