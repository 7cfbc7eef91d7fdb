package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ModelMetadataGetCustomMetadataMapKeys;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ModelMetadataGetDescription;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ModelMetadataGetDomain;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ModelMetadataGetGraphDescription;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ModelMetadataGetGraphName;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ModelMetadataGetProducerName;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ModelMetadataGetVersion;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ModelMetadataLookupCustomMetadataMap;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.npu4j.ort.abi.OrtApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a model says of itself ({@code OrtModelMetadata}).
 *
 * @param producer what wrote it; may be empty, as every text here
 * @param graphName the name of its graph
 * @param domain its name space
 * @param description of the model
 * @param graphDescription of its graph
 * @param version its version number
 * @param properties the keys and values that were put into it
 */
public record ModelMetadata(
    String producer,
    String graphName,
    String domain,
    String description,
    String graphDescription,
    long version,
    Map<String, String> properties) {

  static ModelMetadata from(OrtApi api, long metadata) {
    return new ModelMetadata(
        text(api, "ModelMetadataGetProducerName", OrtApi_ModelMetadataGetProducerName(), metadata),
        text(api, "ModelMetadataGetGraphName", OrtApi_ModelMetadataGetGraphName(), metadata),
        text(api, "ModelMetadataGetDomain", OrtApi_ModelMetadataGetDomain(), metadata),
        text(api, "ModelMetadataGetDescription", OrtApi_ModelMetadataGetDescription(), metadata),
        text(
            api,
            "ModelMetadataGetGraphDescription",
            OrtApi_ModelMetadataGetGraphDescription(),
            metadata),
        api.get("ModelMetadataGetVersion", OrtApi_ModelMetadataGetVersion(), metadata),
        properties(api, metadata));
  }

  private static String text(OrtApi api, String function, int slot, long metadata) {
    return api.takeString(api.get(function, slot, metadata, api.allocator()));
  }

  private static Map<String, String> properties(OrtApi api, long metadata) {
    Map<String, String> properties = new LinkedHashMap<>();
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(JAVA_LONG, 2);
      api.check(
          "ModelMetadataGetCustomMetadataMapKeys",
          OrtApi_ModelMetadataGetCustomMetadataMapKeys(),
          metadata,
          api.allocator(),
          out.address(),
          out.address() + Long.BYTES);
      long keys = out.getAtIndex(JAVA_LONG, 0);
      for (long key : OrtApi.addresses(keys, out.getAtIndex(JAVA_LONG, 1))) {
        long value =
            api.get(
                "ModelMetadataLookupCustomMetadataMap",
                OrtApi_ModelMetadataLookupCustomMetadataMap(),
                metadata,
                api.allocator(),
                key);
        properties.put(api.takeString(key), api.takeString(value));
      }
      api.free(keys);
    }
    return Collections.unmodifiableMap(properties);
  }
}
