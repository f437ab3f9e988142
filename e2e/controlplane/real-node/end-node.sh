#!/bin/sh
# Removes what a node leaves. $1: the name of its cgroups. The node's processes are just ending, so it may take some tries.
# $2: its link. A connection that was not closed keeps the network of a namespace, and so the link, for a minute or two.
PATH="$PATH:/usr/sbin:/sbin"
ip link delete "$2" 2>/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  left=$(find /sys/fs/cgroup -maxdepth 2 -type d -name "$1")
  [ -n "$left" ] || exit 0
  for group in $left; do find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null; done
  sleep 0.25
done
exit 1
