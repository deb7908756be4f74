#!/usr/bin/env bash
# Builds Lamina and puts what is needed to run it (no sources, no Maven) into a folder:
#   docs/examples/install.sh /opt/lamina
# makes /opt/lamina/lib with the jars, and /opt/lamina/bin/lamina.
set -euo pipefail

target=${1:?give the folder to install to, such as /opt/lamina}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)

(cd "$root" && make build)
rm -rf "$target/lib"
mkdir -p "$target/lib" "$target/bin"
tr ':' '\n' < "$root/app/target/classpath" | xargs cp -t "$target/lib" "$root/app/target/lamina-app.jar"
cp "$here/lamina.sh" "$target/bin/lamina"
chmod -R a+rX "$target"
chmod a+x "$target/bin/lamina"
