#!/usr/bin/env bash
# Runs @vscode/debugadapter-testsupport's DebugClient against `xendump dap`. The environment variable XENDUMP names the executable; without it the one that
# was built last is taken. The last line is the counts.
set -euo pipefail
cd "$(dirname "$0")"
if [ -z "${XENDUMP:-}" ]; then
  XENDUMP=$(ls -t ../../../artifacts/xendump/xendump ../../../adapter/bin/*/net*/xendump 2>/dev/null | head -1)
  [ -n "$XENDUMP" ] || { echo "no xendump: build it, or name it with XENDUMP"; exit 2; }
fi
XENDUMP=$(realpath "$XENDUMP")
export XENDUMP
npm ci --ignore-scripts --silent --no-audit --no-fund
exec npm test --silent
