package io.github.npu4j.runtime;

import io.github.npu4j.internal.file.AtomicFile;
import io.github.npu4j.store.Progress;
import io.github.npu4j.store.files.Placeholder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
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
   * @param progress is called with each file
   * @throws IOException if the archive is damaged, leads out of the folder or is too large
   */
  static void unpack(
      Path wheel, Path folder, Function<String, @Nullable String> layout, Progress progress)
      throws IOException {
    record Kept(ZipEntry entry, Path target) {}
    try (ZipFile zip = open(wheel)) {
      List<Kept> kept = new ArrayList<>();
      long total = 0;
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        Path safe = inside(folder, entry.getName());
        String name = entry.isDirectory() ? null : layout.apply(entry.getName());
        if (name != null) {
          kept.add(new Kept(entry, name.equals(entry.getName()) ? safe : inside(folder, name)));
          total = Math.min(Long.MAX_VALUE / 2, total) + Math.max(0, entry.getSize());
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
        done = copy(wheel, zip, file.entry, file.target, progress, done, total);
      }
    }
  }

  private static ZipFile open(Path wheel) throws IOException {
    try {
      return new ZipFile(wheel.toFile());
    } catch (FileSystemException absent) {
      throw absent;
    } catch (IOException damaged) {
      throw damaged(wheel, damaged);
    }
  }

  private static IOException damaged(Path wheel, IOException damage) {
    return new IOException(
        wheel + " is not a whole zip file: " + Placeholder.zipDefect(damage), damage);
  }

  private static long copy(
      Path wheel,
      ZipFile zip,
      ZipEntry entry,
      Path target,
      Progress progress,
      long before,
      long total)
      throws IOException {
    byte[] buffer = new byte[1 << 20];
    long copied = 0;
    try (InputStream in = zip.getInputStream(entry);
        OutputStream out = create(target)) {
      for (int read = read(wheel, in, buffer); read >= 0; read = read(wheel, in, buffer)) {
        copied += read;
        if (copied > entry.getSize()) {
          throw new IOException(
              wheel + ": " + entry.getName() + " is larger than the archive's directory says");
        }
        try {
          out.write(buffer, 0, read);
        } catch (IOException full) {
          throw AtomicFile.named(full, target);
        }
        progress.at("unpacking", before + copied, total);
      }
    } catch (ZipException unreadable) {
      throw damaged(wheel, unreadable);
    }
    return before + copied;
  }

  private static OutputStream create(Path target) throws IOException {
    Files.createDirectories(target.getParent());
    return Files.newOutputStream(target);
  }

  private static int read(Path wheel, InputStream in, byte[] buffer) throws IOException {
    try {
      return in.read(buffer);
    } catch (IOException damaged) {
      throw damaged(wheel, damaged);
    }
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
