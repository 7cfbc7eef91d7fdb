package io.github.npu4j.runtime;

import org.jspecify.annotations.Nullable;

/** Where the user's choices are read: system properties and environment variables. */
interface Settings {

  /** Those of this process. */
  Settings PROCESS =
      new Settings() {
        @Override
        public @Nullable String property(String name) {
          return blankToNull(System.getProperty(name));
        }

        @Override
        public @Nullable String variable(String name) {
          return blankToNull(System.getenv(name));
        }

        private @Nullable String blankToNull(@Nullable String value) {
          return value == null || value.isBlank() ? null : value;
        }
      };

  /** Returns a system property that is set and not blank. */
  @Nullable String property(String name);

  /** Returns an environment variable that is set and not blank. */
  @Nullable String variable(String name);
}
