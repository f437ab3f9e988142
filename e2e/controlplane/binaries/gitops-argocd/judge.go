package main

import (
	"context"
	"encoding/json"
	"flag"
	"io"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/tools/clientcmd"
)

// judgement is what Argo CD shows of one object; both are empty for a kind that has no health.
type judgement struct {
	Status  health.HealthStatusCode `json:"status"`
	Message string                  `json:"message,omitempty"`
}

// judge reads a List and gives the health of each of its items, in their order: by argocd-cm of a cluster, or as Argo CD comes.
func judge(ctx context.Context, rest []string, objects io.Reader) (any, error) {
	var kubeconfig, namespace string
	flags := flag.NewFlagSet("gitops-argocd judge", flag.ContinueOnError)
	flags.StringVar(&kubeconfig, "kubeconfig", "", "of the cluster that has argocd-cm; none: as Argo CD comes")
	flags.StringVar(&namespace, "argocd-namespace", "argocd", "where argocd-cm is")
	if err := flags.Parse(rest); err != nil {
		return nil, err
	}
	overrides := lua.ResourceHealthOverrides{}
	if kubeconfig != "" {
		config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
		if err != nil {
			return nil, err
		}
		known, err := readSettings(ctx, config, namespace)
		if err != nil {
			return nil, err
		}
		overrides = known.overrides
	}
	list := unstructured.UnstructuredList{}
	if err := json.NewDecoder(objects).Decode(&list); err != nil {
		return nil, err
	}
	answer := []judgement{}
	for index := range list.Items {
		status, err := health.GetResourceHealth(&list.Items[index], overrides)
		if err != nil {
			return nil, err
		}
		if status == nil {
			status = &health.HealthStatus{}
		}
		answer = append(answer, judgement{status.Status, status.Message})
	}
	return answer, nil
}
