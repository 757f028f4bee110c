#!/usr/bin/env bash
# Checks and packages the extension, and the one that runs pyright beside it in the tests, in a copy outside the clone: build.sh CACHE prints the
# folder with backstory.vsix and pyright.vsix. What npm brings is kept in the cache, by the lock file. Never does: publish.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=$1

key=$(cat "$root/editors/vscode/package-lock.json" <(node --version) | sha256sum | cut -c1-12)
modules="$cache/vscode-extension-$key"
if ! [ -e "$modules/complete" ]; then
    rm -rf "$modules"
    mkdir -p "$modules"
    cp "$root/editors/vscode/package.json" "$root/editors/vscode/package-lock.json" "$modules/"
    (cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund) >&2
    touch "$modules/complete"
fi

copy="$cache/vscode-build"
rm -rf "$copy"
mkdir -p "$copy/editors" "$copy/pyright"
cp "$root/Cargo.toml" "$root"/LICENSE* "$copy/"
(cd "$root/editors" && find vscode -name node_modules -prune -o -type f -print0 | xargs -0 cp --parents -t "$copy/editors")
ln -s "$modules/node_modules" "$copy/editors/vscode/node_modules"
cd "$copy/editors/vscode"
npm run --silent check >&2
node scripts/package.mjs --out "$copy/backstory.vsix" >&2

cp "$here/pyright/package.json" "$root/LICENSE" "$copy/pyright/"
cp "$here/pyright/extension.js" .
node_modules/.bin/esbuild extension.js --bundle --platform=node --external:vscode --log-level=warning --outfile="$copy/pyright/dist.js"
rm extension.js
cd "$copy/pyright"
"$modules/node_modules/.bin/vsce" package --no-dependencies --skip-license --allow-missing-repository --out "$copy/pyright.vsix" >&2
echo "$copy"
