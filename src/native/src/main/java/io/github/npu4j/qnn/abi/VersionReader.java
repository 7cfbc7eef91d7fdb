package io.github.npu4j.qnn.abi;

import static io.github.npu4j.internal.ffm.Fields.i32;
import static io.github.npu4j.internal.qnnabi.qnn_h.Qnn_Version_t_major;
import static io.github.npu4j.internal.qnnabi.qnn_h.Qnn_Version_t_minor;
import static io.github.npu4j.internal.qnnabi.qnn_h.Qnn_Version_t_patch;

import io.github.npu4j.qnn.info.QnnVersion;
import java.lang.foreign.MemorySegment;

/** Reads {@code Qnn_Version_t}. */
public final class VersionReader {

  private VersionReader() {}

  /** Returns the version that a structure holds. */
  public static QnnVersion read(MemorySegment version) {
    return new QnnVersion(
        i32(version, Qnn_Version_t_major()),
        i32(version, Qnn_Version_t_minor()),
        i32(version, Qnn_Version_t_patch()));
  }
}
