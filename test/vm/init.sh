#!/bin/sh
# Init of the guest: loads the modules it was packed with, puts the host's files under /host with the guest's own
# /dev /proc /sys /tmp over them, runs the one command of /job/job.sh in there and hands its exit status back.

die() {
  echo "init: $1"
  reboot -f
}

mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
init_at=$(cat /proc/uptime)

# A checksum module for a CPU feature this machine lacks may refuse to load: not fatal, so only said.
while read -r module; do
  insmod "/modules/$module" || echo "init: insmod $module failed"
done </modules/order

p9='trans=virtio,version=9p2000.L,msize=262144'
mount -t 9p -o "$p9,cache=none" job /job || die 'cannot mount the job share'
mount -t 9p -o "$p9,cache=loose,ro" hostroot /host || die 'cannot mount the host share'

# Sets JOB_DIR, KEEP (one path a line), DEADLINE_S, the exported environment, and the command as $@.
. /job/job.sh

# Folders the host has under /tmp must show through the guest's own /tmp.
index=0
while read -r path; do
  [ -n "$path" ] || continue
  index=$((index + 1))
  mkdir -p "/keep/$index"
  mount -o bind "/host$path" "/keep/$index" || die "cannot bind $path"
done <<EOF
$KEEP
EOF
mount -t tmpfs tmpfs /host/tmp
index=0
while read -r path; do
  [ -n "$path" ] || continue
  index=$((index + 1))
  mkdir -p "/host$path"
  mount -o bind "/keep/$index" "/host$path" || die "cannot show $path"
done <<EOF
$KEEP
EOF

mount -t proc proc /host/proc
mount -t sysfs sysfs /host/sys
mount -t devtmpfs devtmpfs /host/dev
mkdir -p /host/dev/shm
mount -t tmpfs tmpfs /host/dev/shm
mount -o bind /job "/host$JOB_DIR" || die "cannot show $JOB_DIR"

# Whoever started the machine ends it at its deadline; this is for a machine left alone.
(
  sleep "$DEADLINE_S"
  echo 'init: deadline'
  reboot -f
) &

command_at=$(cat /proc/uptime)
echo "${init_at%% *} ${command_at%% *}" >/job/uptimes
{
  chroot /host "$@"
  echo $? >/job/exit-code
} 2>&1 | tee /job/stdout.log
dmesg >/job/dmesg.log
sync
reboot -f
