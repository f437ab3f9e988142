// Command etcd is the stock etcd server; its own module keeps its main package out of the server library.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
