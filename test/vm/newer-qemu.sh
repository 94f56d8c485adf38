#!/bin/bash
# newer-qemu.sh FOLDER: puts a QEMU that has vfio-user-pci (10.1 on) into FOLDER, as FOLDER/qemu-system-x86_64; nothing to do where it is.
# It is Debian's, of a newer suite than this machine's may be: unpacked with all it needs, run by its own loader, nothing is installed.
# Needs Debian's apt with package lists, but not root. Exit status 1, and why on stderr, where it cannot be had.
set -euo pipefail
suite=trixie
folder=${1:?a folder}
[ ! -x "$folder/qemu-system-x86_64" ] || exit 0

fail() {
  echo "newer-qemu.sh: $1" >&2
  exit 1
}

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -r "$keyring" ] || fail "no $keyring: apt-get install debian-archive-keyring"
# The mirror is the one that this machine has its own packages from.
mirror=$(apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
  awk '$1 == "Debian" && $2 !~ /-security$/ { print $3; exit }')
[ -n "$mirror" ] || fail 'apt has no package lists of Debian: apt-get update'

mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{state/lists/partial,cache/archives/partial,nothing,root}
: >"$work/status"
for part in "$suite" "$suite-backports"; do
  echo "deb [signed-by=$keyring] $mirror $part main"
done >"$work/sources.list"

# To this apt no package is installed, and so it fetches all that the named ones need.
apt() {
  apt-get -qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts="$work/nothing" \
    -o Dir::Etc::PreferencesParts="$work/nothing" \
    -o Dir::State="$work/state" -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" \
    -o APT::Install-Recommends=false -o APT::Sandbox::User=root -o Acquire::Languages=none "$@"
}
apt update >&2 || fail "no package lists of $suite"
apt install --yes --download-only --target-release "$suite-backports" qemu-system-x86 seabios >&2 ||
  fail "QEMU of $suite-backports cannot be downloaded"
for package in "$work"/cache/archives/*.deb; do dpkg-deb -x "$package" "$work/root"; done

cat >"$work/root/qemu-system-x86_64" <<'WRAPPER'
#!/bin/sh
root=$(dirname "$(readlink -f "$0")")
libraries=$root/usr/lib/x86_64-linux-gnu
export QEMU_MODULE_DIR="$libraries/qemu"
exec "$root/usr/lib64/ld-linux-x86-64.so.2" --library-path "$libraries:$libraries/pulseaudio:$libraries/ceph" \
  "$root/usr/bin/qemu-system-x86_64" -L "$root/usr/share/qemu" -L "$root/usr/share/seabios" "$@"
WRAPPER
chmod +x "$work/root/qemu-system-x86_64"
"$work/root/qemu-system-x86_64" -device vfio-user-pci,help 2>"$work/why" | grep -q '^vfio-user-pci options' ||
  fail "that QEMU has no vfio-user-pci or does not start: $(head -1 "$work/why")"
# Made at one go: a folder that is there is whole.
mv -T "$work/root" "$folder" 2>/dev/null || [ -x "$folder/qemu-system-x86_64" ] || fail "$folder cannot be made"
