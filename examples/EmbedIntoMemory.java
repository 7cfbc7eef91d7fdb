import io.github.npu4j.runtime.Device;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Npy;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.text.Embedder;
import io.github.npu4j.text.Role;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/** Writes embeddings straight into one off-heap matrix and saves it for NumPy. */
void main(String[] arguments) {
  List<String> texts = List.of("first text", "second text", "third text");
  try (Embedder embedder = Embedder.open("minilm", Device.AUTO);
      Arena arena = Arena.ofConfined()) {
    Shape shape = Shape.of(texts.size(), embedder.dimensions());
    long row = ElementType.FLOAT32.byteSize(embedder.dimensions());
    MemorySegment matrix = OffHeap.allocate(arena, row * texts.size());
    for (int i = 0; i < texts.size(); i++) {
      int tokens = embedder.embedInto(texts.get(i), Role.NONE, matrix.asSlice(i * row, row));
      if (tokens > embedder.maxInputTokens()) {
        IO.println("only the beginning was read of: " + texts.get(i));
      }
    }
    new Npy(ElementType.FLOAT32, shape, matrix).write(Path.of(arguments[0]));
  }
}
