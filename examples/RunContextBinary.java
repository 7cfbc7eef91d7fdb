import io.github.npu4j.qnn.*;
import java.lang.foreign.*;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Opens a context binary with QNN alone, binds memory of its own, executes and prints a profile.
 *
 * <pre>java --enable-native-access=ALL-UNNAMED -cp npu4j.jar RunContextBinary.java \
 *   libQnnHtp.so libQnnSystem.so model.bin</pre>
 */
public class RunContextBinary {
  public static void main(String[] args) throws Exception {
    try (Arena arena = Arena.ofShared();
        FileChannel file = FileChannel.open(Path.of(args[2]));
        Qnn qnn = Qnn.load(new QnnLibraries(Path.of(args[0]), Path.of(args[1])))) {
      MemorySegment binary = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena);
      try (QnnContext context = QnnContext.create(qnn, binary);
          Profile profile = Profile.create(qnn, Profile.Level.DETAILED)) {
        System.out.println(qnn.versions() + "\n" + qnn.platform());
        for (String name : context.graphNames()) {
          QnnGraph graph = context.graph(name);
          try (QnnBinding run = graph.bind()) {
            graph.info().inputSpecs().forEach(input -> {
              run.bindInput(input.name(), arena.allocate(input.byteSize(), 64));
              System.out.println("input  " + input);
            });
            graph.info().outputSpecs().forEach(output -> {
              run.bindOutput(output.name(), arena.allocate(output.byteSize(), 64));
              System.out.println("output " + output);
            });
            run.execute(profile, null);
            profile.events().forEach(e -> System.out.println(e.name() + ": " + e.value() + " " + e.unit()));
          }
        }
      }
    }
  }
}
