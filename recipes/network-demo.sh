#!/usr/bin/env bash
# A server and four devices as processes of this machine, with fresh certificates and mutual TLS;
# then the same run in one process. Both print the same accuracy, and the adapters are the same
# files, byte for byte.
#
#   recipes/network-demo.sh [SPEC.yaml]          PORT=7070 by default
set -euo pipefail
cd "$(dirname "$0")/.."
spec=${1:-recipes/network.yaml}
port=${PORT:-7070}
work=runs/network-demo-$(date +%Y%m%d-%H%M%S)
mkdir -p "$work"

# Whatever happens, no process is left behind.
trap 'kill $(jobs -p) 2> /dev/null || true' EXIT

echo "== what each device holds"
./lamina data split "$spec" --out "$work/data"
devices=$(cd "$work/data" && for file in *.jsonl; do echo "${file%.jsonl}"; done)

echo "== certificates"
./lamina certs init --dir "$work/certs" > "$work/certs.log"
./lamina certs server --dir "$work/certs" >> "$work/certs.log"
for device in $devices; do
  ./lamina certs device "$device" --dir "$work/certs" >> "$work/certs.log"
done

echo "== server and devices"
./lamina server "$spec" --listen "127.0.0.1:$port" --certs "$work/certs" --metrics off \
  --out "$work/server" --json "$work/server.json" 2> "$work/server.log" &
server=$!
for device in $devices; do
  ./lamina device --server "127.0.0.1:$port" --certs "$work/certs" --name "$device" \
    --data "$work/data/$device.jsonl" --state "$work/state/$device" 2> "$work/$device.log" &
done
wait "$server" || { tail "$work/server.log"; exit 1; }
wait

echo "== the same in one process"
./lamina finetune "$spec" --quiet --out "$work/local" --json "$work/local.json"

accuracy() { sed -n 's/.*"accuracy" *: *\([0-9.]*\).*/\1/p' "$1"; }
echo "test accuracy over the network   $(accuracy "$work/server.json")"
echo "test accuracy in one process     $(accuracy "$work/local.json")"
if cmp -s "$work/server/adapter/adapter_model.safetensors" "$work/local/adapter/adapter_model.safetensors"; then
  echo "the adapters are the same, byte for byte"
else
  echo "the adapters differ"
  exit 1
fi
