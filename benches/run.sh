#!/usr/bin/env bash
# Prints how long the program takes and how much memory it needs (GNU time):
#   benches/run.sh [FOLDER of the CDISC pilot's workbooks cdiscpilot_locked.xlsx and cdiscpilot_labs_vitals.xlsx]
# Without the folder only the demonstration study is measured.
set -eu
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/tracelock/target}
pilot=${1:-}
cargo build --release --bin tracelock --example read_sheet --example statistics
release=$CARGO_TARGET_DIR/release
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

measure() { # a title, then a command
  local title=$1
  shift
  if ! /usr/bin/time -f '%e s elapsed, %U s user, %M kB peak' -o "$scratch/time" "$@" >"$scratch/out" 2>&1; then
    tail -n 20 "$scratch/out" >&2
    echo "$title: failed" >&2
    return 1
  fi
  printf '%-34s %s\n' "$title" "$(tail -n 1 "$scratch/time")"
}

# The same study without anything for the registries: the difference is what their files add.
without_registries() { # a study folder, its copy
  cp -r "$1" "$2"
  sed -i 's/^registries:$/registries:\n  skip: [eudract, ctgov, ctis]/' "$2/report.yaml"
  grep -q 'skip: \[eudract' "$2/report.yaml"
}

measure "build config/demo" "$release/tracelock" build config/demo --output "$scratch/output"
without_registries config/demo "$scratch/demo"
measure "the same without registries" "$release/tracelock" build "$scratch/demo" --output "$scratch/output"
measure "check config/demo" "$release/tracelock" check config/demo
if [ -n "$pilot" ]; then
  measure "build config/cdiscpilot" "$release/tracelock" build config/cdiscpilot --data "$pilot" --output "$scratch/output"
  without_registries config/cdiscpilot "$scratch/pilot"
  measure "the same without registries" "$release/tracelock" build "$scratch/pilot" --data "$pilot" --output "$scratch/output"
  measure "read ADLBC as a dataset" "$release/examples/read_sheet" "$pilot" cdiscpilot_labs_vitals.xlsx ADLBC cdiscpilot_locked.xlsx DM
  sed 's/^/  /' "$scratch/out"
fi
mkdir "$scratch/statistics"
"$release/examples/statistics" "$scratch/statistics"
if command -v Rscript >/dev/null 2>&1; then
  Rscript benches/statistics.R "$scratch/statistics" || echo "R: packages survival, nlme and coin are needed" >&2
fi
