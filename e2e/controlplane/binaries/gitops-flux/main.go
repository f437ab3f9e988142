// gitops-flux does once what Flux's kustomize-controller does again and again: it applies the manifests of a checkout by
// server-side apply, prunes what is gone, and asks kstatus how they are. Apply, diff, prune and status are Flux's own
// packages; the options come from a Kustomization manifest. It also judges objects that it is given.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"
)

const usage = `usage: gitops-flux apply|diff|health|wait --kubeconfig FILE --kustomization FILE --checkout DIR [flags]
       gitops-flux judge [--kustomization FILE] < LIST

apply   applies and, with --inventory, prunes; prints what was done to each object
diff    prints each object that a dry run would change
health  prints the status of each object that the Kustomization checks, as it is now
wait    waits until all are Current or some have failed; prints whether it is ready, and why not
judge   prints the status of each item of a List`

// arguments are what all commands take.
type arguments struct {
	kubeconfig    string
	kustomization string
	checkout      string
	inventory     string
	timeout       time.Duration
}

func main() {
	// The libraries log to their own loggers; the answer on stdout is all that callers read.
	ctrl.SetLogger(logr.Discard())
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, usage)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, command string, rest []string) error {
	if command == "judge" {
		return tell(judge(ctx, rest, os.Stdin))
	}
	act, found := map[string]func(context.Context, *reconciliation) (any, error){
		"apply":  applyAll,
		"diff":   diffAll,
		"health": healthNow,
		"wait":   waitForAll,
	}[command]
	if !found {
		return fmt.Errorf("no command %q\n%s", command, usage)
	}
	args, err := parse(rest)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, args.timeout+time.Minute)
	defer cancel()
	loaded, err := load(args)
	if err != nil {
		return err
	}
	return tell(act(ctx, loaded))
}

func tell(answer any, err error) error {
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(answer)
}

func parse(rest []string) (arguments, error) {
	var args arguments
	flags := flag.NewFlagSet("gitops-flux", flag.ContinueOnError)
	flags.StringVar(&args.kubeconfig, "kubeconfig", "", "of the cluster that is synced")
	flags.StringVar(&args.kustomization, "kustomization", "", "manifest of the Kustomization")
	flags.StringVar(&args.checkout, "checkout", "", "the checked out repository")
	flags.StringVar(&args.inventory, "inventory", "", "file that keeps what was applied last, to prune by")
	flags.DurationVar(&args.timeout, "timeout", time.Minute, "of waiting")
	if err := flags.Parse(rest); err != nil {
		return args, err
	}
	var missing []string
	for name, value := range map[string]string{
		"kubeconfig": args.kubeconfig, "kustomization": args.kustomization, "checkout": args.checkout,
	} {
		if value == "" {
			missing = append(missing, "--"+name)
		}
	}
	if len(missing) > 0 {
		return args, fmt.Errorf("missing: %s\n%s", strings.Join(missing, ", "), usage)
	}
	return args, nil
}
