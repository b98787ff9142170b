# What benches/peers/run and benches/growth/run need of the machine; they source it. Sets WORK, a
# directory below target/ for all they make, and SMART_CUSTOMER, the binary they measure.

install_wrk() {
    [[ -z $(command -v wrk) ]] || return 0
    if [[ -z $(command -v apt-get) ]]; then
        echo "wrk is needed: Debian and Ubuntu have it as 'wrk'; https://github.com/wg/wrk" >&2
        exit 1
    fi
    local as_root=()
    [[ $(id -u) == 0 ]] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -qq --yes --no-install-recommends wrk
}

build_service() {
    [[ -z ${SMART_CUSTOMER-} ]] || return 0
    cargo build --release
    export SMART_CUSTOMER=${CARGO_TARGET_DIR:-$PWD/target}/release/smart-customer
}

install_wrk
build_service
export PYTHONPATH=$PWD/benches PYTHONDONTWRITEBYTECODE=1
export WORK=$PWD/target/$1
mkdir -p "$WORK"
