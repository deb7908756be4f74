#!/usr/bin/env bash
# Three edge servers with channels of their own and one process that leads them train a channel
# predictor together, as processes of this machine with fresh certificates and mutual TLS; then the
# same in one process. The predictors are the same files, byte for byte.
#
#   recipes/federation-demo.sh          PORT=7070 by default
set -euo pipefail
cd "$(dirname "$0")/.."
port=${PORT:-7070}
work=runs/federation-demo-$(date +%Y%m%d-%H%M%S)
mkdir -p "$work"
servers="campus harbour station"
# One thread each: as many everywhere give the same bytes.
train="--rounds 5 --lr 1e-3 --batch 4 --array 4x4x2 --threads 1"

# Whatever happens, no process is left behind.
trap 'kill $(jobs -p) 2> /dev/null || true' EXIT

echo "== what each server holds"
seed=1
for server in $servers; do
  ./lamina channels generate --preset llm4cp --subcarriers 16 --tracks 20 --seed $((seed++)) \
    --quiet --to "$work/$server.npz"
done

echo "== certificates"
./lamina certs init --dir "$work/certs" > "$work/certs.log"
./lamina certs server --dir "$work/certs" >> "$work/certs.log"
for server in $servers; do
  ./lamina certs device "$server" --dir "$work/certs" >> "$work/certs.log"
done

echo "== over the network"
./lamina predict train --listen "127.0.0.1:$port" --certs "$work/certs" --servers 3 \
  --round-deadline 600 --min-servers 2 $train --to "$work/network" 2> "$work/leader.log" &
leader=$!
for server in $servers; do
  ./lamina predict join "127.0.0.1:$port" --certs "$work/certs" --name "$server" --threads 1 \
    --channels "$work/$server.npz" --state "$work/state/$server" 2> "$work/$server.log" &
done
wait "$leader" || { tail "$work/leader.log"; exit 1; }
wait

echo "== the same in one process"
files=$(for server in $servers; do printf '%s,' "$work/$server.npz"; done)
./lamina predict train --channels "${files%,}" --servers files --held-out 0 $train --quiet \
  --to "$work/local"

if cmp "$work/network/model.safetensors" "$work/local/model.safetensors"; then
  echo "the predictors are the same, byte for byte"
else
  exit 1
fi
