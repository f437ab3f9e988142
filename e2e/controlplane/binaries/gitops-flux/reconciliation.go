package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/polling"
	"github.com/fluxcd/cli-utils/pkg/kstatus/polling/engine"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/runtime/cel"
	"github.com/fluxcd/pkg/runtime/statusreaders"
	"github.com/fluxcd/pkg/ssa"
	"github.com/fluxcd/pkg/ssa/normalize"
	ssautil "github.com/fluxcd/pkg/ssa/utils"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
	"sigs.k8s.io/yaml"
)

// reconciliation is a Kustomization with everything that reconciling it reads.
type reconciliation struct {
	*kustomizev1.Kustomization
	manager   *ssa.ResourceManager
	poller    *polling.StatusPoller
	objects   []*unstructured.Unstructured
	inventory string
	timeout   time.Duration
}

func load(args arguments) (*reconciliation, error) {
	kustomization, err := readKustomization(args.kustomization)
	if err != nil {
		return nil, err
	}
	config, err := clientcmd.BuildConfigFromFlags("", args.kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 200, 400
	kube, mapper, err := newClient(config)
	if err != nil {
		return nil, err
	}
	poller, err := newPoller(kustomization, kube, mapper)
	if err != nil {
		return nil, err
	}
	objects, err := readObjects(filepath.Join(args.checkout, kustomization.Spec.Path))
	if err != nil {
		return nil, err
	}
	owner := ssa.Owner{Field: "kustomize-controller", Group: kustomizev1.GroupVersion.Group}
	manager := ssa.NewResourceManager(kube, poller, owner)
	manager.SetOwnerLabels(objects, kustomization.Name, kustomization.Namespace)
	manager.SetConcurrency(4)
	return &reconciliation{kustomization, manager, poller, objects, args.inventory, args.timeout}, nil
}

func readKustomization(path string) (*kustomizev1.Kustomization, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	kustomization := &kustomizev1.Kustomization{}
	if err := yaml.UnmarshalStrict(text, kustomization); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return kustomization, nil
}

func newClient(config *rest.Config) (client.Client, meta.RESTMapper, error) {
	transport, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, nil, err
	}
	mapper, err := apiutil.NewDynamicRESTMapper(config, (*http.Client)(transport))
	if err != nil {
		return nil, nil, err
	}
	kube, err := client.New(config, client.Options{HTTPClient: transport, Mapper: mapper})
	return kube, mapper, err
}

func newPoller(kustomization *kustomizev1.Kustomization, kube client.Client, mapper meta.RESTMapper) (*polling.StatusPoller, error) {
	readers, err := statusReaders(kustomization, mapper)
	return polling.NewStatusPoller(kube, mapper, polling.Options{CustomStatusReaders: readers}), err
}

// statusReaders read states as kustomize-controller does, before kstatus: its own rule for Jobs, the Kustomization's expressions.
func statusReaders(kustomization *kustomizev1.Kustomization, mapper meta.RESTMapper) ([]engine.StatusReader, error) {
	readers := []engine.StatusReader{statusreaders.NewCustomJobStatusReader(mapper)}
	if exprs := kustomization.Spec.HealthCheckExprs; len(exprs) > 0 {
		newReader, err := cel.NewStatusReader(exprs)
		if err != nil {
			return nil, err
		}
		readers = append(readers, newReader(mapper))
	}
	return readers, nil
}

func readObjects(directory string) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	err := filepath.WalkDir(directory, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".yaml") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found, err := ssautil.ReadObjects(bytes.NewReader(text))
		objects = append(objects, found...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return objects, normalize.UnstructuredList(objects)
}
