// Workload is the one program in the images of real nodes: as `pause` it holds a pod's namespaces, and its other words
// make a container that misbehaves in one way.
//
//	workload pause            waits for the end
//	workload exit CODE        ends at once
//	workload hog MEBIBYTES    fills so much memory, then waits
package main

import (
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
)

const mebibyte = 1 << 20

func main() {
	word, number := argument(1), 0
	if word == "" {
		word = "pause"
	}
	if word != "pause" {
		parsed, err := strconv.Atoi(argument(2))
		if err != nil {
			fmt.Fprintf(os.Stderr, "usage: workload [pause | exit CODE | hog MEBIBYTES]\n")
			os.Exit(64)
		}
		number = parsed
	}
	fmt.Printf("workload %s %d\n", word, number)
	var held []byte
	switch word {
	case "exit":
		os.Exit(number)
	case "hog":
		held = fill(number * mebibyte)
	}
	waitForEnd()
	fmt.Printf("ends, held %d bytes\n", len(held))
}

func argument(n int) string {
	if n < len(os.Args) {
		return os.Args[n]
	}
	return ""
}

// fill touches every page, since untouched memory is not counted.
func fill(size int) []byte {
	memory := make([]byte, size)
	for i := 0; i < size; i += os.Getpagesize() {
		memory[i] = 1
	}
	return memory
}

// waitForEnd reaps what is left to process 1 of a pod until it is told to end.
func waitForEnd() {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGCHLD)
	for caught := range signals {
		if caught != syscall.SIGCHLD {
			return
		}
		for pid := 1; pid > 0; {
			pid, _ = syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		}
	}
}
