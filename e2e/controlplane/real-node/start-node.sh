#!/bin/sh
# Starts a node, which is a machine of its own as far as the kernel goes: its processes, mounts, network and cgroups are
# namespaces that end with its first process. So whoever kills that (by the group that this script leads) ends every
# container, shim and mount with it. What outlives it, its cgroups, end-node.sh removes.
# Environment: NODE_NAME, NODE_DIRECTORY, NODE_ADDRESS, NODE_GATEWAY, NODE_BRIDGE, NODE_LINK, NODE_PODS, NODE_PEERS (<pods>=<address> of
# each other node of the cluster), NODE_CGROUP and KUBELET, KUBE_PROXY, CONTAINERD. $1: how far it is.
set -eu
PATH="$PATH:/usr/sbin:/sbin"

# Joins the node's own cgroup in each hierarchy: the namespace that is made next begins there.
join_cgroups() {
  if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    mkdir -p "/sys/fs/cgroup/$NODE_CGROUP"
    echo $$ >"/sys/fs/cgroup/$NODE_CGROUP/cgroup.procs"
    return
  fi
  for hierarchy in /sys/fs/cgroup/*; do
    { [ -f "$hierarchy/cgroup.procs" ] && [ ! -L "$hierarchy" ]; } || continue
    mkdir -p "$hierarchy/$NODE_CGROUP"
    for file in cpuset.cpus cpuset.mems; do
      [ ! -f "$hierarchy/$file" ] || cat "$hierarchy/$file" >"$hierarchy/$NODE_CGROUP/$file"
    done
    echo $$ >"$hierarchy/$NODE_CGROUP/cgroup.procs"
  done
}

# Shows the node's own cgroups as if they were all there are.
mount_cgroups() {
  if [ -f /sys/fs/cgroup/cgroup.controllers ]; then
    mount -t sysfs sysfs /sys
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    # Version 2 gives controllers only to groups whose parent holds no process.
    mkdir -p /sys/fs/cgroup/programs
    while read -r pid; do echo "$pid" >/sys/fs/cgroup/programs/cgroup.procs; done </sys/fs/cgroup/cgroup.procs
    for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
      echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control
    done
    return
  fi
  mount -t sysfs sysfs /sys
  mount -t tmpfs tmpfs /sys/fs/cgroup
  while IFS=: read -r number controllers path; do
    [ "$number" != 0 ] || continue
    name=${controllers#name=}
    mkdir "/sys/fs/cgroup/$name"
    mount -t cgroup -o "$controllers" cgroup "/sys/fs/cgroup/$name"
  done </proc/self/cgroup
}

# Gives the node its own /run, /var/lib and logs, and a resolver that answers nothing.
mount_folders() {
  resolver=$(readlink -f /etc/resolv.conf)
  mkdir -p "$NODE_DIRECTORY/lib"
  mount --bind "$NODE_DIRECTORY/lib" /var/lib
  mount -t tmpfs tmpfs /run
  mount -t tmpfs tmpfs /var/log
  mkdir -p "$(dirname "$resolver")"
  [ -e "$resolver" ] || : >"$resolver"
  mount --bind "$NODE_DIRECTORY/resolv.conf" "$resolver"
}

case "${1:-}" in
  '')
    join_cgroups
    ip link add "$NODE_LINK" type veth peer name "${NODE_LINK}n"
    ip link set "$NODE_LINK" master "$NODE_BRIDGE" up
    ip route replace "$NODE_PODS" via "$NODE_ADDRESS" dev "$NODE_BRIDGE"
    exec 9</proc/self/ns/net
    exec unshare --net sh "$0" network
    ;;
  network)
    nsenter --net=/proc/self/fd/9 ip link set "${NODE_LINK}n" netns $$
    exec 9<&-
    ip link set lo up
    ip link set "${NODE_LINK}n" name eth0
    ip address add "$NODE_ADDRESS/24" dev eth0
    ip link set eth0 up
    ip route add default via "$NODE_GATEWAY"
    # Directly: the machine need not forward.
    for peer in $NODE_PEERS; do ip route add "${peer%=*}" via "${peer#*=}"; done
    echo 1 >/proc/sys/net/ipv4/ip_forward
    exec unshare --mount --pid --cgroup --uts --ipc --fork --kill-child --mount-proc sh "$0" programs
    ;;
  programs)
    hostname "$NODE_NAME"
    mount_cgroups
    mount_folders
    cd "$NODE_DIRECTORY"
    "$CONTAINERD" --config containerd.toml >containerd.log 2>&1 &
    containerd=$!
    while [ ! -S containerd.sock ] && kill -0 $containerd; do sleep 0.05; done
    "$KUBELET" --config kubelet.yaml --kubeconfig kubelet.kubeconfig --hostname-override "$NODE_NAME" \
      --node-ip "$NODE_ADDRESS" >kubelet.log 2>&1 &
    kubelet=$!
    "$KUBE_PROXY" --config kube-proxy.yaml >kube-proxy.log 2>&1 &
    proxy=$!
    # As process 1 it also inherits what others leave; waiting for `sleep` reaps that.
    while kill -0 $containerd && kill -0 $kubelet && kill -0 $proxy; do sleep 1; done
    tail -n 20 containerd.log kubelet.log kube-proxy.log
    exit 1
    ;;
esac
