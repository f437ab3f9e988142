#!/bin/sh
# Ends the process groups it was told of as soon as its standard input closes: that happens when its parent ends, in
# whatever way (return, Ctrl-C, crash, SIGKILL), so nothing that a test or the demo started can outlive it.
# Lines read: `add PID`, `drop PID`, `atend COMMAND` (run it then; words only, no quoting), `release` (let all live on). $1: a directory to remove then, or ''.
trap '' INT TERM HUP
pids=''
commands=''
while read -r verb pid; do
  case "$verb" in
    add) pids="$pids $pid" ;;
    drop)
      rest=''
      for other in $pids; do [ "$other" = "$pid" ] || rest="$rest $other"; done
      pids="$rest"
      ;;
    atend) commands="$commands$pid
" ;;
    release) exit 0 ;;
  esac
done
for pid in $pids; do kill -s KILL -- "-$pid" 2>/dev/null; done
printf '%s' "$commands" | while read -r command; do $command </dev/null >/dev/null 2>&1; done
if [ -n "$1" ]; then
  rm -rf -- "$1" 2>/dev/null
  sleep 0.3 # a process that is just ending may still have written
  rm -rf -- "$1"
fi
