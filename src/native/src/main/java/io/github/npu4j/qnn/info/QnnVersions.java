package io.github.npu4j.qnn.info;

/**
 * What a pair of QNN libraries says of itself.
 *
 * @param provider the backend's name of itself, such as {@code HTP_QTI_AISW}
 * @param backendId the backend's number; HTP is 6
 * @param core the version of the core interface
 * @param backend the version of what the backend adds to it
 * @param system the version of the system library's interface
 * @param buildId the QAIRT build the backend comes from, such as {@code v2.51.0.260929181845}
 */
public record QnnVersions(
    String provider,
    int backendId,
    QnnVersion core,
    QnnVersion backend,
    QnnVersion system,
    String buildId) {}
