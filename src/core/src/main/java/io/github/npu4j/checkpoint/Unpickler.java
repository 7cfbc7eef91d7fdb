package io.github.npu4j.checkpoint;

import io.github.npu4j.error.BadModelException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the pickle of a PyTorch checkpoint without executing anything.
 *
 * <p>A pickle is a program. This interpreter knows the opcodes that {@code torch.save} uses for a
 * dictionary of tensors, and of all importable names only those that rebuild tensors; each stands
 * for a value here, none is ever looked up or called. Any other opcode or name ends the reading.
 *
 * <p>Time and memory are bounded: by the pickle's length, by a number of values that it may make,
 * and by the number of items that these may have together.
 */
final class Unpickler {

  /** A name that the pickle imports; it stays a name. */
  record Global(String module, String name) {
    @Override
    public String toString() {
      return module + "." + name;
    }
  }

  /**
   * A run of elements in a file of their own inside the archive.
   *
   * @param type the storage class, such as {@code FloatStorage}
   * @param key the name of the file
   * @param elements how many elements it holds
   */
  record Storage(String type, String key, long elements) {}

  /** A view of a storage: where it begins, its dimensions and strides, counted in elements. */
  record View(Storage storage, long offset, long[] sizes, long[] strides) {}

  private static final Object MARK = new Object();
  private static final int MOST_STACKED = 1 << 20;

  /**
   * How many values a pickle may make besides numbers and texts, and how many items they may have
   * in all: a checkpoint of a thousand tensors makes some ten thousand of twenty thousand items.
   */
  private static final int MOST_MADE = 1 << 20;

  private static final int MOST_ITEMS = 1 << 22;

  /** PyTorch's own limit is 64; no model has more than a handful. */
  private static final int MOST_DIMENSIONS = 16;

  /** A name of a tensor is a path through modules; an imported one is shorter still. */
  private static final int LONGEST_NAME = 1024;

  private static final int LONGEST_SHOWN = 80;

  private final String file;
  private final ByteBuffer program;
  private final List<@Nullable Object> stack = new ArrayList<>();
  private final Map<Integer, @Nullable Object> memo = new HashMap<>();
  private int made;
  private int items;

  private Unpickler(byte[] program, String file) {
    this.program = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
    this.file = file;
  }

  /**
   * Reads a dictionary of tensors.
   *
   * @param program the pickle, of protocol 2 to 5
   * @param file the checkpoint's name, for messages
   * @return the views by name, in the order of the file
   * @throws BadModelException if it is damaged, or holds anything but tensors
   */
  static Map<String, View> tensors(byte[] program, String file) {
    Unpickler reader = new Unpickler(program, file);
    try {
      return reader.named(reader.run());
    } catch (BufferUnderflowException | IndexOutOfBoundsException cut) {
      throw reader.bad("its pickle ends in the middle");
    }
  }

  private @Nullable Object run() {
    while (true) {
      int at = program.position();
      int opcode = program.get() & 0xff;
      if (opcode == '.') {
        return pop();
      }
      execute(opcode, at);
      if (stack.size() > MOST_STACKED || memo.size() > MOST_STACKED) {
        throw bad("its pickle stacks over " + MOST_STACKED + " values");
      }
      if (made > MOST_MADE || items > MOST_ITEMS) {
        throw bad("its pickle is made of more than a checkpoint needs");
      }
    }
  }

  private void execute(int opcode, int at) {
    switch (opcode) {
      case 0x80 -> requireProtocol(program.get());
      case 0x95 -> program.getLong(); // FRAME: only a hint for buffering
      case '}' -> make(new LinkedHashMap<Object, Object>());
      case ']' -> make(new ArrayList<Object>());
      case ')' -> stack.add(List.of());
      case '(' -> stack.add(MARK);
      case 'N' -> stack.add(null);
      case 0x88 -> stack.add(Boolean.TRUE);
      case 0x89 -> stack.add(Boolean.FALSE);
      case 'J' -> stack.add((long) program.getInt());
      case 'K' -> stack.add((long) (program.get() & 0xff));
      case 'M' -> stack.add((long) (program.getShort() & 0xffff));
      case 0x8a -> stack.add(longOf(program.get() & 0xff));
      case 'G' -> stack.add(bigEndianDouble());
      case 'X' -> stack.add(text(program.getInt()));
      case 0x8c -> stack.add(text(program.get() & 0xff));
      case 'c' -> stack.add(global(line(), line()));
      case 0x93 -> stackGlobal();
      case 'q' -> memo.put(program.get() & 0xff, peek());
      case 'r' -> memo.put(program.getInt(), peek());
      case 0x94 -> memo.put(memo.size(), peek());
      case 'h' -> stack.add(recall(program.get() & 0xff));
      case 'j' -> stack.add(recall(program.getInt()));
      case 't' -> make(tuple(sinceMark()));
      case 0x85, 0x86, 0x87 -> make(tuple(popped(opcode - 0x84)));
      case 'Q' -> make(storage(pop()));
      case 'R' -> reduce();
      case 'b' -> pop(); // BUILD: the state of an ordered dictionary is its metadata
      case 's' -> setItems(popped(2));
      case 'u' -> setItems(sinceMark());
      case 'a' -> appendItems(popped(1));
      case 'e' -> appendItems(sinceMark());
      case '0' -> pop();
      default ->
          throw bad(
              "its pickle has the opcode 0x%02x at byte %d, which tensors don't need"
                  .formatted(opcode, at));
    }
  }

  private void make(@Nullable Object value) {
    made++;
    stack.add(value);
  }

  private void requireProtocol(int protocol) {
    if (protocol < 2 || protocol > 5) {
      throw bad("its pickle is of protocol " + protocol + ", not 2 to 5");
    }
  }

  /** Allows the few names that a dictionary of tensors is made of. */
  private Global global(String module, String name) {
    boolean tensors =
        switch (module) {
          case "collections" -> name.equals("OrderedDict");
          case "torch._utils" ->
              name.equals("_rebuild_tensor_v2") || name.equals("_rebuild_parameter");
          case "torch" -> name.matches("[A-Za-z0-9]{1,16}Storage");
          default -> false;
        };
    if (!tensors) {
      throw bad(
          "its pickle wants to import "
              + shown(module + "." + name)
              + ", which tensors don't need");
    }
    return new Global(module, name);
  }

  private void stackGlobal() {
    List<@Nullable Object> parts = popped(2);
    if (!(parts.get(0) instanceof String module) || !(parts.get(1) instanceof String name)) {
      throw bad("its pickle imports something that is not a name");
    }
    stack.add(global(module, name));
  }

  /** A persistent id names a storage: ("storage", class, key, device, number of elements). */
  private Storage storage(@Nullable Object id) {
    if (id instanceof List<?> parts
        && parts.size() == 5
        && "storage".equals(parts.get(0))
        && parts.get(1) instanceof Global type
        && type.module().equals("torch")
        && parts.get(2) instanceof String key
        && parts.get(4) instanceof Long elements
        && elements >= 0) {
      return new Storage(type.name(), key, elements);
    }
    throw bad("its pickle refers to something that is not a storage");
  }

  private void reduce() {
    List<@Nullable Object> call = popped(2);
    if (!(call.get(0) instanceof Global callee) || !(call.get(1) instanceof List<?> arguments)) {
      throw bad("its pickle calls something that is not a known name");
    }
    make(
        switch (callee.name()) {
          case "OrderedDict" -> new LinkedHashMap<Object, Object>();
          case "_rebuild_tensor_v2" -> view(arguments);
          case "_rebuild_parameter" -> arguments.get(0);
          default -> throw bad("its pickle calls " + callee);
        });
  }

  private View view(List<?> arguments) {
    if (arguments.size() >= 4
        && arguments.get(0) instanceof Storage storage
        && arguments.get(1) instanceof Long offset
        && offset >= 0) {
      return new View(storage, offset, longs(arguments.get(2)), longs(arguments.get(3)));
    }
    throw bad("its pickle rebuilds a tensor from something else than a storage");
  }

  private long[] longs(@Nullable Object value) {
    if (!(value instanceof List<?> tuple)) {
      throw bad("a tensor's dimensions are not a tuple");
    }
    if (tuple.size() > MOST_DIMENSIONS) {
      throw bad("a tensor has " + tuple.size() + " dimensions");
    }
    long[] longs = new long[tuple.size()];
    for (int i = 0; i < longs.length; i++) {
      if (!(tuple.get(i) instanceof Long item) || item < 0) {
        throw bad("a tensor's dimensions are not whole numbers");
      }
      longs[i] = item;
    }
    return longs;
  }

  private void setItems(List<@Nullable Object> items) {
    if (!(peek() instanceof Map<?, ?> map) || items.size() % 2 != 0) {
      throw bad("its pickle sets items of something that is not a dictionary");
    }
    @SuppressWarnings("unchecked") // only this class makes the maps on the stack
    Map<Object, Object> target = (Map<Object, Object>) map;
    for (int i = 0; i < items.size(); i += 2) {
      Object key = items.get(i);
      if (!(key instanceof String) && !(key instanceof Long)) {
        throw bad("its pickle has a dictionary whose keys are not names");
      }
      target.put(key, items.get(i + 1));
    }
  }

  private void appendItems(List<@Nullable Object> items) {
    if (!(peek() instanceof ArrayList<?> list)) {
      throw bad("its pickle appends to something that is not a list");
    }
    @SuppressWarnings("unchecked") // only this class makes the lists on the stack
    List<@Nullable Object> target = (List<@Nullable Object>) list;
    target.addAll(items);
  }

  private Map<String, View> named(@Nullable Object root) {
    if (!(root instanceof Map<?, ?> map)) {
      throw bad("its pickle is not a dictionary of tensors");
    }
    Map<String, View> views = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String name) || !(entry.getValue() instanceof View view)) {
        throw bad(
            "\"" + shown(String.valueOf(entry.getKey())) + "\" in its pickle is not a tensor");
      }
      if (name.length() > LONGEST_NAME) {
        throw bad("a tensor's name has " + name.length() + " characters: \"" + shown(name) + "\"");
      }
      views.put(name, view);
    }
    return views;
  }

  private static List<@Nullable Object> tuple(List<@Nullable Object> items) {
    return Collections.unmodifiableList(items);
  }

  private List<@Nullable Object> sinceMark() {
    int mark = stack.lastIndexOf(MARK);
    if (mark < 0) {
      throw bad("its pickle has no mark where it needs one");
    }
    List<@Nullable Object> items = popped(stack.size() - mark - 1);
    pop();
    return items;
  }

  private List<@Nullable Object> popped(int count) {
    List<@Nullable Object> top = stack.subList(stack.size() - count, stack.size());
    List<@Nullable Object> taken = new ArrayList<>(top);
    top.clear();
    items += taken.size();
    return taken;
  }

  private @Nullable Object pop() {
    return popped(1).get(0);
  }

  private @Nullable Object peek() {
    return stack.get(stack.size() - 1);
  }

  private @Nullable Object recall(int index) {
    if (!memo.containsKey(index)) {
      throw bad("its pickle recalls a value it never stored");
    }
    return memo.get(index);
  }

  private long longOf(int bytes) {
    if (bytes > Long.BYTES) {
      throw bad("its pickle has an integer of " + bytes + " bytes");
    }
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      long next = program.get();
      value |= (i == bytes - 1 ? next : next & 0xff) << (8 * i);
    }
    return value;
  }

  private double bigEndianDouble() {
    return Double.longBitsToDouble(Long.reverseBytes(program.getLong()));
  }

  private String text(int bytes) {
    if (bytes < 0 || bytes > program.remaining()) {
      throw bad("its pickle has a text that is longer than the file");
    }
    byte[] text = new byte[bytes];
    program.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private String line() {
    StringBuilder line = new StringBuilder();
    for (int next = program.get(); next != '\n'; next = program.get()) {
      line.append((char) (next & 0xff));
      if (line.length() > LONGEST_NAME) {
        throw bad("its pickle imports a name that begins with " + shown(line.toString()));
      }
    }
    return line.toString();
  }

  /** Shortens a text out of the file for a message. */
  private static String shown(String text) {
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
  }

  private BadModelException bad(String why) {
    return new BadModelException(
        file + " can't be used",
        why,
        "Save the checkpoint by save_pretrained, which writes safetensors.");
  }
}
