package io.github.npu4j.runtime;

import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks the libraries and licences of a wheel, and nothing else of it.
 *
 * <p>No name in the archive leads out of the folder, and no archive unpacks to more than {@link
 * #LARGEST}.
 */
final class WheelUnpacker {

  /** Four times what the largest wheel known unpacks to, in bytes. */
  static final long LARGEST = 2L << 30;

  private WheelUnpacker() {}

  /** Returns where an entry of a wheel goes, relative to the folder, or {@code null} to drop it. */
  static Function<String, @Nullable String> layout(String kind) {
    return switch (kind) {
      case "qnn" -> WheelUnpacker::qnn;
      case "ort" -> WheelUnpacker::ort;
      default -> throw new IllegalArgumentException("no wheel of kind " + kind + " is known");
    };
  }

  /**
   * Keeps both folders of Qualcomm's wheel side by side: the libraries find each other that way.
   */
  private static @Nullable String qnn(String entry) {
    boolean inside =
        entry.startsWith("onnxruntime_qnn/") || entry.startsWith("onnxruntime_qnn.libs/");
    return inside && !entry.endsWith(".py") ? entry : null;
  }

  /** Keeps ONNX Runtime's C libraries, flat as the cache has those of the Maven jar. */
  private static @Nullable String ort(String entry) {
    boolean library = entry.matches("onnxruntime/capi/(lib)?onnxruntime[^/]*\\.(dll|so.*|dylib)");
    boolean licence =
        entry.equals("onnxruntime/LICENSE") || entry.equals("onnxruntime/ThirdPartyNotices.txt");
    return library || licence ? entry.substring(entry.lastIndexOf('/') + 1) : null;
  }

  /**
   * Unpacks.
   *
   * @param wheel the archive
   * @param folder where to; exists
   * @param layout where each entry goes, or {@code null} to drop it
   * @param progress hears of each file
   * @throws IOException if the archive is damaged, leads out of the folder or is too large
   */
  static void unpack(
      Path wheel, Path folder, Function<String, @Nullable String> layout, Progress progress)
      throws IOException {
    record Kept(ZipEntry entry, Path target) {}
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      List<Kept> kept = new ArrayList<>();
      long total = 0;
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        Path safe = inside(folder, entry.getName());
        String name = entry.isDirectory() ? null : layout.apply(entry.getName());
        if (name != null) {
          kept.add(new Kept(entry, name.equals(entry.getName()) ? safe : inside(folder, name)));
          total += Math.max(0, entry.getSize());
        }
      }
      if (total > LARGEST) {
        throw new IOException(wheel + " would unpack to " + total + " bytes");
      }
      if (kept.isEmpty()) {
        throw new IOException(wheel + " holds none of the libraries looked for");
      }
      long done = 0;
      for (Kept file : kept) {
        Files.createDirectories(file.target.getParent());
        try (InputStream in = zip.getInputStream(file.entry);
            OutputStream out = Files.newOutputStream(file.target)) {
          done = copy(in, out, file.entry, progress, done, total);
        }
      }
    }
  }

  private static long copy(
      InputStream in, OutputStream out, ZipEntry entry, Progress progress, long before, long total)
      throws IOException {
    byte[] buffer = new byte[1 << 20];
    long copied = 0;
    int read;
    while ((read = in.read(buffer)) >= 0) {
      copied += read;
      if (copied > entry.getSize()) {
        throw new IOException(entry.getName() + " is larger than the archive's directory says");
      }
      out.write(buffer, 0, read);
      progress.at("unpacking", before + copied, total);
    }
    return before + copied;
  }

  private static Path inside(Path folder, String name) throws IOException {
    try {
      Path target = folder.resolve(name).normalize();
      boolean plain = name.indexOf('\\') < 0 && name.indexOf(':') < 0;
      if (plain && target.startsWith(folder) && !target.equals(folder)) {
        return target;
      }
    } catch (InvalidPathException notAName) {
      throw new IOException("the archive names a file \"" + name + "\"", notAName);
    }
    throw new IOException("the archive names a file outside its folder: \"" + name + "\"");
  }
}
