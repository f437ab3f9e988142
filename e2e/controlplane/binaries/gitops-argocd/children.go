package main

import (
	"slices"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// children gives the health of what the resources own, as the tree of an Application shows it.
func (app *application) children(parents []*unstructured.Unstructured) []resourceHealth {
	keys := []kube.ResourceKey{}
	for _, parent := range parents {
		if parent != nil {
			keys = append(keys, kube.GetResourceKey(parent))
		}
	}
	found := map[kube.ResourceKey]*health.HealthStatus{}
	app.cluster.IterateHierarchyV2(keys, func(child *cache.Resource, _ map[kube.ResourceKey]*cache.Resource) bool {
		known, isKnown := child.Info.(liveInfo)
		if isKnown && known.health != nil && !slices.Contains(keys, child.ResourceKey()) {
			found[child.ResourceKey()] = known.health
		}
		return true
	})
	answer := []resourceHealth{}
	for key, status := range found {
		named := resource{Group: key.Group, Kind: key.Kind, Namespace: key.Namespace, Name: key.Name}
		answer = append(answer, resourceHealth{named, status.Status, status.Message})
	}
	return answer
}
