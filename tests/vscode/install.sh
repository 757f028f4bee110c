#!/usr/bin/env bash
# Installs what the tests in the real VS Code need into a folder below the one given, once for each state of the lock files, and prints that
# folder: code-server, playwright-core, pyright. Node, git, a C++ compiler, ripgrep and chromium must be there (.ci/run gets those).
# Never does: touch anything else on this machine; no script of a package is run but the builds of the two modules named below.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=$1

for tool in node npm g++ make python3 rg; do
    command -v "$tool" >/dev/null || { echo "$tool is missing" >&2; exit 1; }
done
key=$(cat "$here/package-lock.json" "$here/install.sh" <(node --version) | sha256sum | cut -c1-12)
folder="$cache/vscode-$key"
if [ -e "$folder/complete" ]; then
    echo "$folder"
    exit
fi

rm -rf "$folder"
mkdir -p "$folder"
cp "$here/package.json" "$here/package-lock.json" "$folder/"
install() { npm "$1" --ignore-scripts --omit=dev --no-audit --no-fund >&2; }
build() { (cd "$1" && node "$folder/node_modules/node-gyp/bin/node-gyp.js" rebuild "${headers[@]}" "${@:2}") >&2; }
# Where the headers of this Node lie beside it, nothing has to be downloaded to build against them.
prefix=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
headers=()
[ -e "$prefix/include/node/node_api.h" ] && headers=(--nodedir="$prefix")

cd "$folder"
install ci
server="$folder/node_modules/code-server"
for part in "$server/lib/vscode" "$server/lib/vscode/extensions"; do
    cd "$part"
    # Its shrinkwrap lacks an optional package, which `npm ci` would refuse.
    install install
done
cd "$server/lib/vscode"
ln -sfn node_modules node_modules.asar
# Its own script would download this.
mkdir -p node_modules/@vscode/ripgrep/bin
ln -sf "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg
build node_modules/native-watchdog
# What node-pre-gyp would pass on.
napi="$folder/node_modules/argon2/lib/binding/napi-v3"
build "$folder/node_modules/argon2" --napi_version=9 --napi_build_version=3 --module_name=argon2 --module="$napi/argon2.node" --module_path="$napi"
touch "$folder/complete"
echo "$folder"
