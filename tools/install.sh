#!/bin/sh
# Makes .venv from requirements.lock; with the argument "bench", adds the peers of the bench to it. Debian and Ubuntu
# may ship Python without venv or pip: then another pip, uv or apt-get helps out, and failing all of them the command
# to run is printed.
set -eu

enough='import sys; sys.exit(not (3, 12) <= sys.version_info[:2] <= (3, 13))'
at_least='import sys; sys.exit(sys.version_info[:2] < (3, 12))'
usable='import sys; sys.exit(sys.version_info[:2] < (3, 12) or sys.prefix == sys.base_prefix)'

find_python() {
    for wanted in "$enough" "$at_least"; do
        for name in python3.13 python3.12 python3 python; do
            if command -v "$name" >/dev/null 2>&1 && "$name" -c "$wanted" >/dev/null 2>&1; then
                echo "$name"
                return
            fi
        done
    done
}

install_packages() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing $* with apt-get ..."
        DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    else
        return 1
    fi
}

make_venv() {
    if [ -x .venv/bin/python ] && .venv/bin/python -c "$usable" >/dev/null 2>&1; then
        return
    fi
    rm -rf .venv
    "$python" -m venv .venv >/dev/null 2>&1 && return
    rm -rf .venv
    if "$python" -m pip --version >/dev/null 2>&1 || command -v uv >/dev/null 2>&1; then
        "$python" -m venv --without-pip .venv && return
    fi
    rm -rf .venv
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if install_packages "python$version-venv" || install_packages python3-venv; then
        "$python" -m venv .venv && return
    fi
    echo "Python $version is here, but it can't make an environment. Run this, then again what you ran:" >&2
    echo "    sudo apt-get install python$version-venv" >&2
    exit 1
}

fill_venv() {
    if .venv/bin/python -m pip --version >/dev/null 2>&1; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"
    elif "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m pip --python .venv/bin/python install --quiet --disable-pip-version-check "$@"
    else
        uv pip install --quiet --python .venv/bin/python "$@"
    fi
}

list_peers() {
    .venv/bin/python -c '
import tomllib
with open("pyproject.toml", "rb") as project:
    print(*tomllib.load(project)["project"]["optional-dependencies"]["bench"])'
}

python=$(find_python)
if [ -z "$python" ]; then
    echo "Visita needs Python 3.12 or newer, and none is in PATH. On Debian or Ubuntu:" >&2
    echo "    sudo apt-get install python3 python3-venv" >&2
    exit 1
fi
if [ "${1:-}" = bench ]; then
    peers=$(list_peers)
    echo "Installing the bench's peers into .venv: $peers ..."
    # One word each: a requirement of this list holds no blank.
    # shellcheck disable=SC2086
    fill_venv $peers
    exit
fi
make_venv
echo "Installing the packages of requirements.lock into .venv ..."
fill_venv --require-hashes -r requirements.lock
