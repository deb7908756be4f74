#!/bin/sh
# Starts an installed Lamina: bin/lamina, with the jars in lib/ beside it. It becomes the Java process
# itself, so that SIGTERM reaches it. JAVA_OPTS are for the virtual machine, such as -Xmx2g.
set -eu

home=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd -P)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
export TORCH_CPP_LOG_LEVEL="${TORCH_CPP_LOG_LEVEL:-ERROR}"
# JAVA_OPTS is split into words on purpose.
exec "$java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC \
  -Dai.djl.offline=true -Djava.awt.headless=true ${JAVA_OPTS:-} \
  -cp "$home/lib/*" dev.lamina.app.Main "$@"
