/**
 * Qualcomm's QNN C API, called directly: open a context binary, look inside, bind memory, execute.
 *
 * <p>This room stands by itself. It needs two libraries of a QAIRT runtime, the HTP backend and the
 * system library, and a context binary that some compiler made; nothing else of npu4j above it.
 *
 * <pre>{@code
 * try (Arena arena = Arena.ofShared();
 *     Qnn qnn = Qnn.load(QnnLibraries.ofBackend(Path.of("libQnnHtp.so")));
 *     QnnContext context = QnnContext.create(qnn, map(arena, "model.bin"));
 *     QnnBinding run = context.graph("model").bind()) {
 *   MemorySegment.copy(question, 0, run.input("x"), 0, question.byteSize());
 *   run.execute();
 *   read(run.output("y"));
 * }
 * }</pre>
 *
 * <h2>Ownership</h2>
 *
 * A {@link io.github.npu4j.qnn.Qnn} owns what is made from it (contexts, profiles, signals, power
 * votes), a {@link io.github.npu4j.qnn.QnnContext} its bindings and registered memory. Closing an
 * owner closes what it owns, waits for runs under way, and may be done twice. Every use after that
 * is an {@link java.lang.IllegalStateException}, never a crash. Libraries, the log callback and its
 * stub stay for the process.
 *
 * <h2>Threads</h2>
 *
 * Everything here may be shared between threads, except that a {@link
 * io.github.npu4j.qnn.QnnBinding}, a {@link io.github.npu4j.qnn.Profile} and a {@link
 * io.github.npu4j.qnn.RunSignal} serve one run at a time. Any thread may close anything.
 *
 * <h2>Errors</h2>
 *
 * A C function's error is a {@link io.github.npu4j.error.NativeCallException} with the function,
 * the code and its name, the library's own words, what it means and what to do.
 */
@NullMarked
package io.github.npu4j.qnn;

import org.jspecify.annotations.NullMarked;
