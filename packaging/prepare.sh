# Sourced by ./run and ./check: installs what is missing, configures, builds. Needs bash; $root is the project's folder.

say() { printf '%s\n' "$*" >&2; }
die() {
    say "$*"
    exit 2
}

# need_packages PACKAGE…: asks dpkg, which takes milliseconds, and calls apt only when something is missing.
need_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        command -v cmake >/dev/null && command -v ninja >/dev/null && command -v c++ >/dev/null && return 0
        die "This system has no apt, so please install by hand: CMake 3.25, ninja, a C++20 compiler (GCC 12 or clang 14),
Qt 6.4 with SVG (development files), yaml-cpp 0.7, CLI11 2, OpenSSL 3 (libcrypto), and for ./check also tshark.
On Debian 12 these are: $*"
    fi
    local missing=() package
    for package in "$@"; do
        case "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null)" in
        ii*) ;;
        *) missing+=("$package") ;;
        esac
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    local as_root=(env)
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "Not root, and there is no sudo. Please have these installed: apt-get install ${missing[*]}"
        as_root=(sudo env)
    fi
    say "Installing with apt: ${missing[*]}"
    local apt=("${as_root[@]}" DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true LC_ALL=C.UTF-8
        apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
    mkdir -p "$root/build"
    local log="$root/build/apt.log"
    "${apt[@]}" -qq update </dev/null >"$log" 2>&1 || say "apt-get update had trouble (see $log); going on with what is known."
    "${apt[@]}" -y --no-install-recommends install "${missing[@]}" </dev/null 2>&1 | tee -a "$log" | awk '
        / newly installed/ { for (i = 1; i <= NF; ++i) if ($i == "newly") total = $(i - 1) }
        /^Need to get/ { print "  " $0; fflush() }
        /^Setting up/ { ++done; if (done % 25 == 0 || done == total) { print "  " done " of " total " packages are set up"; fflush() } }' >&2
    [ "${PIPESTATUS[0]}" -eq 0 ] || {
        tail -n 5 "$log" >&2
        die "apt could not install everything; the whole log is $log. By hand: apt-get install ${missing[*]}"
    }
}

# build PRESET TARGET…: configures once (ninja looks after it later on) and builds quietly when nothing changed.
build() {
    local preset=$1 folder="$root/build/$1" launcher=()
    shift
    if [ ! -f "$folder/build.ninja" ]; then
        command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
        say "Configuring $folder"
        (cd "$root" && cmake --preset "$preset" "${launcher[@]}" --log-level=WARNING >/dev/null) || exit 2
    fi
    # A compiler wants up to a gigabyte; more of them than fit would only swap.
    local jobs memory
    jobs=$(nproc 2>/dev/null || echo 2)
    memory=$(awk '/^MemAvailable/ {print int($2 / 1000000)}' /proc/meminfo 2>/dev/null || echo "$jobs")
    [ "${memory:-0}" -ge 1 ] && [ "$memory" -lt "$jobs" ] && jobs=$memory
    NINJA_STATUS="[%f/%t %es] " nice ninja -C "$folder" -j "$jobs" "$@" >&2
}
