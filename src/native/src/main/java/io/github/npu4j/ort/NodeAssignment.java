package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_EpAssignedNode_GetDomain;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_EpAssignedNode_GetName;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_EpAssignedNode_GetOperatorType;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_EpAssignedSubgraph_GetEpName;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_EpAssignedSubgraph_GetNodes;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_Session_GetEpGraphAssignmentInfo;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.npu4j.ort.abi.OrtApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A node of a model and the execution provider that runs it.
 *
 * @param epName the provider
 * @param subgraph the number of the part of the graph that the provider took as a whole, from 0
 * @param name the node's name; may be empty
 * @param domain the name space of its operator; empty for ONNX's own
 * @param operator its operator, such as {@code MatMul}
 */
public record NodeAssignment(
    String epName, int subgraph, String name, String domain, String operator) {

  /** The session configuration entry that makes the library keep this knowledge. */
  static final String CONFIG = "session.record_ep_graph_assignment_info";

  static List<NodeAssignment> from(OrtApi api, long session) {
    List<NodeAssignment> assignments = new ArrayList<>();
    int number = 0;
    for (long subgraph :
        array(
            api,
            "Session_GetEpGraphAssignmentInfo",
            OrtApi_Session_GetEpGraphAssignmentInfo(),
            session)) {
      String ep =
          text(
              api, "EpAssignedSubgraph_GetEpName", OrtApi_EpAssignedSubgraph_GetEpName(), subgraph);
      for (long node :
          array(
              api, "EpAssignedSubgraph_GetNodes", OrtApi_EpAssignedSubgraph_GetNodes(), subgraph)) {
        assignments.add(
            new NodeAssignment(
                ep,
                number,
                text(api, "EpAssignedNode_GetName", OrtApi_EpAssignedNode_GetName(), node),
                text(api, "EpAssignedNode_GetDomain", OrtApi_EpAssignedNode_GetDomain(), node),
                text(
                    api,
                    "EpAssignedNode_GetOperatorType",
                    OrtApi_EpAssignedNode_GetOperatorType(),
                    node)));
      }
      number++;
    }
    return List.copyOf(assignments);
  }

  private static long[] array(OrtApi api, String function, int slot, long owner) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(JAVA_LONG, 2);
      api.check(function, slot, owner, out.address(), out.address() + Long.BYTES);
      return OrtApi.addresses(out.getAtIndex(JAVA_LONG, 0), out.getAtIndex(JAVA_LONG, 1));
    }
  }

  private static String text(OrtApi api, String function, int slot, long owner) {
    return OrtApi.string(api.get(function, slot, owner));
  }
}
