#!/usr/bin/env bash
# Kills the server and its devices with `kill -9` at random moments, thirty times by default, and
# compares the adapter that comes out with that of an undisturbed run, byte for byte.
#
#   recipes/soak.sh [KILLS [SEED]]
set -euo pipefail
cd "$(dirname "$0")/.."
./lamina --version
./mvnw -B -ntp -pl app -am verify -DskipTests=false \
  -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false \
  -Dit.test=NetworkFaultsIT -Dfailsafe.failIfNoSpecifiedTests=false \
  -Dlamina.kills="${1:-30}" -Dlamina.kill-seed="${2:-1}"
