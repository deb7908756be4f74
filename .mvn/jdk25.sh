#!/usr/bin/env bash
# Finds a JDK 25 or newer without starting it (its `release` file says what it is).
# Sourced: `find_jdk` sets JDK to its home. Run: prints the home, or says how to get one and exits 2.

# Sets JDK to $1 if that is the home of a JDK 25 or newer, with a compiler.
is_jdk25() {
  local home=$1 key value
  [ -x "$home/bin/java" ] && [ -x "$home/bin/javac" ] && [ -r "$home/release" ] || return 1
  while IFS='=' read -r key value; do
    if [ "$key" = JAVA_VERSION ]; then
      value=${value#\"}
      value=${value%%[!0-9]*}
      [ -n "$value" ] && [ "$value" -ge 25 ] || return 1
      JDK=$home
      return 0
    fi
  done < "$home/release"
  return 1
}

# Follows the symbolic links of the file $1 to the file itself.
real_file() {
  local file=$1 link
  while [ -L "$file" ]; do
    link=$(readlink "$file")
    case $link in
      /*) file=$link ;;
      *) file=$(dirname "$file")/$link ;;
    esac
  done
  printf '%s\n' "$file"
}

find_jdk() {
  local java home
  if [ -n "${JAVA_HOME:-}" ] && is_jdk25 "$JAVA_HOME"; then return 0; fi
  java=$(command -v java) || java=
  if [ -n "$java" ]; then
    java=$(real_file "$java")
    if is_jdk25 "$(cd "$(dirname "$java")/.." && pwd -P)"; then return 0; fi
  fi
  for home in /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/* /opt/java/* /opt/jdk/* /usr/local/jdk* \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* \
    "${HOME:-/nonexistent}"/.gradle/jdks/* "${HOME:-/nonexistent}"/.asdf/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/nonexistent}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if is_jdk25 "$home"; then return 0; fi
  done
  echo "Lamina needs a JDK 25 or newer; none was found in JAVA_HOME, in PATH, or in the usual folders." >&2
  echo "Maybe install one (https://adoptium.net, 'sdk install java 25-tem', 'brew install openjdk@25'," \
    "'apt install openjdk-25-jdk') or set JAVA_HOME to its folder." >&2
  return 2
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  find_jdk || exit 2
  printf '%s\n' "$JDK"
fi
