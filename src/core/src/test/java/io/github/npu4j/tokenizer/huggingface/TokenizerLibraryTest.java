package io.github.npu4j.tokenizer.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerLibraryTest {

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x86_64, true",
    "Linux, aarch64, linux-aarch64, true",
    "Windows 11, amd64, win-x86_64, true",
    "Windows 11, aarch64, win-aarch64, false",
    "Mac OS X, aarch64, osx-aarch64, true",
    "Mac OS X, x86_64, osx-x86_64, false"
  })
  void knowsTheJarsFolders(String os, String architecture, String folder, boolean inTheJar) {
    assertEquals(folder, TokenizerLibrary.platform(os, architecture));
    String resource = "/native/lib/" + folder + "/cpu/";
    String library =
        os.startsWith("Windows")
            ? "tokenizers.dll"
            : "libtokenizers." + (os.startsWith("Mac") ? "dylib" : "so");
    assertEquals(
        inTheJar, TokenizerLibraryTest.class.getResource(resource + library) != null, resource);
  }

  @ParameterizedTest
  @CsvSource({
    "win-x86_64, Can't find dependent libraries, Visual C++",
    "linux-x86_64, version `GLIBC_2.34' not found, newer system",
    "linux-x86_64, file too short, delete its folder"
  })
  void saysWhatToDoAboutTheLoadersWords(String platform, String words, String advice) {
    String said = TokenizerLibrary.advice(platform, words);
    assertTrue(said.contains(advice), said);
  }
}
