#!/bin/bash
# Builds a guest kernel with everything built in: VFIO groups and character devices, iommufd, no-IOMMU mode, uio.
# Debian's stock kernels lack some of these, so scenarios that need them are skipped there.
#
# Usage: test/vm/build-kernel.sh [FOLDER]     (.cache/vm/kernel-build when left out; about 8 minutes on 2 cores)
# Needs: apt-get install build-essential flex bison bc libelf-dev xz-utils
#        and the package linux-source-6.12, from Debian trixie or bookworm-backports (downloaded, not installed)
# Then:  NVBENCH_VM_KERNEL=FOLDER/bzImage npm run test:vm
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../../.cache/vm/kernel-build}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

for program in gcc make flex bison bc xz; do
  command -v "$program" >/dev/null || {
    echo "missing: $program; apt-get install build-essential flex bison bc libelf-dev xz-utils" >&2
    exit 1
  }
done

cd "$folder"
if [ ! -d source ]; then
  apt-get download linux-source-6.12
  dpkg-deb -x linux-source-6.12_*.deb package
  mkdir source.partial
  tar -xf package/usr/src/linux-source-6.12.tar.xz -C source.partial --strip-components=1
  mv source.partial source
  rm -rf package linux-source-6.12_*.deb
fi

cd source
make -s tinyconfig
./scripts/kconfig/merge_config.sh -m .config "$here/kernel.config" >/dev/null
make -s olddefconfig

# kconfig drops an option whose dependencies are not met, and says nothing.
lost=$(grep -E '=y$' "$here/kernel.config" | grep -vxFf .config || true)
if [ -n "$lost" ]; then
  printf 'not in the configuration of this source:\n%s\n' "$lost" >&2
  exit 1
fi

make -s -j"$(nproc)" bzImage
cp arch/x86/boot/bzImage "$folder/bzImage"
echo "NVBENCH_VM_KERNEL=$folder/bzImage npm run test:vm"
