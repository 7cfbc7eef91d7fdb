package io.github.npu4j.tokenizer.pipeline;

import java.util.concurrent.atomic.AtomicReferenceArray;

/** Workspaces that wait for being used again. */
public final class WorkspacePool {

  private static final int MOST = 16;

  private final Pipeline pipeline;
  private final AtomicReferenceArray<Workspace> waiting = new AtomicReferenceArray<>(MOST);

  public WorkspacePool(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** Takes a workspace. */
  public Workspace take() {
    for (int i = 0; i < MOST; i++) {
      if (waiting.get(i) != null) {
        Workspace found = waiting.getAndSet(i, null);
        if (found != null) {
          return found;
        }
      }
    }
    return pipeline.newWorkspace();
  }

  /** Gives a workspace back; not after a failure that may have left it in disorder. */
  public void giveBack(Workspace workspace) {
    workspace.trim();
    for (int i = 0; i < MOST; i++) {
      if (waiting.get(i) == null && waiting.compareAndSet(i, null, workspace)) {
        return;
      }
    }
  }
}
