package io.github.npu4j.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.npu4j.runtime.libraries.RuntimeLock.JarLibrary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A library is known by size and checksum wherever the class path has it. */
class CoreLibraryTest {

  private static final String ENTRY = "ai/onnxruntime/native/linux-x64/libonnxruntime.so";
  private static final byte[] CONTENT = "a library".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;
  private Path jar;
  private JarLibrary expected;

  @BeforeEach
  void pack() throws IOException {
    jar = folder.resolve("onnx runtime.jar");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new ZipEntry(ENTRY));
      out.write(CONTENT);
    }
    CRC32 crc = new CRC32();
    crc.update(CONTENT);
    expected = new JarLibrary("linux-x64", CONTENT.length, crc.getValue(), "");
  }

  @Test
  void inAJar() throws IOException {
    URL url = URI.create("jar:" + jar.toUri() + "!/" + ENTRY).toURL();
    assertEquals(expected, CoreLibrary.jarLibrary(url, "linux-x64"));
  }

  /** The form of the addresses, and of their connections, of Spring Boot's loader. */
  @Test
  void inAJarWithinAJar() throws IOException {
    String nested = "jar:nested:/app.jar/!BOOT-INF/lib/onnxruntime.jar!/" + ENTRY;
    URL url = url(nested, () -> new Nested(jar));
    assertEquals(expected, CoreLibrary.jarLibrary(url, "linux-x64"));
  }

  @Test
  void anywhereElse() throws IOException {
    URL url = url("image:/" + ENTRY, Streamed::new);
    assertEquals(expected, CoreLibrary.jarLibrary(url, "linux-x64"));
  }

  /** Opens a connection. */
  private interface Opener {
    URLConnection open() throws IOException;
  }

  private static URL url(String address, Opener opener) throws IOException {
    return URL.of(
        URI.create(address),
        new URLStreamHandler() {
          @Override
          protected URLConnection openConnection(URL url) throws IOException {
            return opener.open();
          }
        });
  }

  /** A connection that knows its jar and whose stream must not be read. */
  private static final class Nested extends JarURLConnection {

    private final Path jar;

    Nested(Path jar) throws IOException {
      super(URI.create("jar:" + jar.toUri() + "!/" + ENTRY).toURL());
      this.jar = jar;
    }

    @Override
    public JarFile getJarFile() throws IOException {
      return new JarFile(jar.toFile());
    }

    @Override
    public void connect() {
      connected = true;
    }
  }

  /** A connection that has nothing but a stream, of unknown length. */
  private static final class Streamed extends URLConnection {

    Streamed() throws IOException {
      super(URI.create("file:/image").toURL());
    }

    @Override
    public void connect() {
      connected = true;
    }

    @Override
    public InputStream getInputStream() {
      return new ByteArrayInputStream(CONTENT);
    }
  }
}
