#!/bin/sh
# Removes the cgroups that a node leaves: $1 its name. The node's processes are just ending, so it may take some tries.
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  left=$(find /sys/fs/cgroup -maxdepth 2 -type d -name "$1")
  [ -n "$left" ] || exit 0
  for group in $left; do find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null; done
  sleep 0.25
done
exit 1
