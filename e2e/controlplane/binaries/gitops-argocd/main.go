// gitops-argocd does once what Argo CD's application controller does again and again: it compares the manifests of a
// checkout with a cluster, syncs them, and judges their health. Comparison, sync and health are Argo CD's own packages;
// the settings come from argocd-cm in the cluster, the options from an Application manifest. It also judges objects that it
// is given.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	"github.com/sirupsen/logrus"
	"k8s.io/klog/v2"
)

const usage = `usage: gitops-argocd sync|diff|health --kubeconfig FILE --application FILE --checkout DIR [flags]
       gitops-argocd judge [--kubeconfig FILE] < LIST

sync    applies and prunes as the Application says; prints phase, message and a result for each resource
diff    prints each resource that is out of sync, with what is live and what a sync would make of it
health  prints the health of each resource and of the application
judge   prints the health of each item of a List`

// arguments are what all commands take.
type arguments struct {
	kubeconfig     string
	application    string
	checkout       string
	namespace      string
	syncOptions    string
	serverSideDiff bool
	timeout        time.Duration
}

func main() {
	// The libraries log to their own loggers; the answer on stdout is all that callers read.
	logrus.SetOutput(io.Discard)
	klog.SetLogger(logr.Discard())
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
	act, found := map[string]func(context.Context, *application) (any, error){
		"sync":   syncApplication,
		"diff":   func(_ context.Context, app *application) (any, error) { return app.outOfSync() },
		"health": func(_ context.Context, app *application) (any, error) { return app.health() },
	}[command]
	if !found {
		return fmt.Errorf("no command %q\n%s", command, usage)
	}
	args, err := parse(rest)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, args.timeout)
	defer cancel()
	app, err := load(ctx, args)
	if err != nil {
		return err
	}
	return tell(act(ctx, app))
}

func tell(answer any, err error) error {
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(answer)
}

func parse(rest []string) (arguments, error) {
	var args arguments
	flags := flag.NewFlagSet("gitops-argocd", flag.ContinueOnError)
	flags.StringVar(&args.kubeconfig, "kubeconfig", "", "of the cluster that is synced")
	flags.StringVar(&args.application, "application", "", "manifest of the Application")
	flags.StringVar(&args.checkout, "checkout", "", "the checked out repository")
	flags.StringVar(&args.namespace, "argocd-namespace", "argocd", "where argocd-cm is")
	flags.StringVar(&args.syncOptions, "sync-options", "", "more sync options, separated by commas")
	flags.BoolVar(&args.serverSideDiff, "server-side-diff", false, "compares by a dry run, as the annotation ServerSideDiff=true has it")
	flags.DurationVar(&args.timeout, "timeout", 2*time.Minute, "of the whole run")
	if err := flags.Parse(rest); err != nil {
		return args, err
	}
	var missing []string
	for name, value := range map[string]string{
		"kubeconfig": args.kubeconfig, "application": args.application, "checkout": args.checkout,
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
