package main

import (
	"encoding/json"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/hook"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/ignore"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/argo-cd/v3/common"
	argodiff "github.com/argoproj/argo-cd/v3/util/argo/diff"
	"github.com/argoproj/argo-cd/v3/util/argo/normalizers"
	kubeutil "github.com/argoproj/argo-cd/v3/util/kube"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// resource names an object of the Application.
type resource struct {
	Group     string `json:"group"`
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// difference is a resource that is out of sync.
type difference struct {
	resource
	// Reason is missing, extra or different.
	Reason string `json:"reason"`
	// Live and Predicted are what is compared, after normalisation.
	Live      json.RawMessage `json:"live,omitempty"`
	Predicted json.RawMessage `json:"predicted,omitempty"`
}

type resourceHealth struct {
	resource
	Status  health.HealthStatusCode `json:"status"`
	Message string                  `json:"message,omitempty"`
}

// applicationHealth is the worst health of what the Application holds, as its status tells it.
type applicationHealth struct {
	Status health.HealthStatusCode `json:"status"`
	// Resources lists what has a health at all.
	Resources []resourceHealth `json:"resources"`
	// Children lists what the resources own and has a health: Argo CD shows it in the tree and does not count it.
	Children []resourceHealth `json:"children"`
}

func nameOf(object *unstructured.Unstructured) resource {
	gvk := object.GroupVersionKind()
	return resource{Group: gvk.Group, Kind: gvk.Kind, Namespace: object.GetNamespace(), Name: object.GetName()}
}

// reconciliation pairs what Git has with what lives.
func (app *application) reconciliation() (sync.ReconciliationResult, error) {
	live, err := app.cluster.GetManagedLiveObjs(app.targets, app.isOwn)
	if err != nil {
		return sync.ReconciliationResult{}, err
	}
	return sync.Reconcile(app.targets, live, app.Spec.Destination.Namespace, app.cluster), nil
}

// outOfSync gives what the Application's status would list as OutOfSync.
func (app *application) outOfSync() ([]difference, error) {
	pairs, err := app.reconciliation()
	if err != nil {
		return nil, err
	}
	results, err := app.compare(pairs)
	if err != nil {
		return nil, err
	}
	found := []difference{}
	for i, target := range pairs.Target {
		live := pairs.Live[i]
		object := live
		if object == nil {
			object = target
		}
		if object == nil || hook.IsHook(object) || ignore.Ignore(object) || !app.isMarkedForItself(live, target) {
			continue
		}
		result := results.Diffs[i]
		switch {
		case live == nil:
			found = append(found, difference{resource: nameOf(object), Reason: "missing"})
		case target == nil:
			found = append(found, difference{resource: nameOf(object), Reason: "extra"})
		case result.Modified:
			found = append(found, difference{nameOf(object), "different", result.NormalizedLive, result.PredictedLive})
		}
	}
	return found, nil
}

func (app *application) compare(pairs sync.ReconciliationResult) (*diff.DiffResultList, error) {
	known := app.settings
	builder := argodiff.NewDiffConfigBuilder().
		WithDiffSettings(app.Spec.IgnoreDifferences, known.overrides, known.ignoreAggregatedRoles, normalizers.IgnoreNormalizerOpts{}).
		WithTracking(known.labelKey, string(known.trackingMethod)).
		WithNoCache().
		WithGVKParser(app.cluster.GetGVKParser()).
		WithManager(common.ArgoCDSSAManager).
		WithServerSideDiff(app.serverSideDiff).
		WithStructuredMergeDiff(app.Spec.SyncPolicy.SyncOptions.HasOption("ServerSideApply=true"))
	if app.serverSideDiff {
		applier, cleanup, err := kubeutil.ManageServerSideDiffDryRuns(app.config, noCleanup)
		if err != nil {
			return nil, err
		}
		defer cleanup()
		builder = builder.WithServerSideDryRunner(diff.NewK8sServerSideDryRunner(applier))
	}
	config, err := builder.Build()
	if err != nil {
		return nil, err
	}
	return argodiff.StateDiffs(pairs.Live, pairs.Target, config)
}

func noCleanup(string) (kube.CleanupFunc, error) {
	return func() {}, nil
}

// health gives the Application's health by Argo CD's rules: the worst of its live resources, whatever is missing left out.
func (app *application) health() (applicationHealth, error) {
	pairs, err := app.reconciliation()
	if err != nil {
		return applicationHealth{}, err
	}
	answer := applicationHealth{Status: health.HealthStatusHealthy, Resources: []resourceHealth{}, Children: []resourceHealth{}}
	anyLive := false
	for i, live := range pairs.Live {
		if live == nil || hook.IsHook(live) || ignore.Ignore(live) || (pairs.Target[i] != nil && hook.Skip(pairs.Target[i])) {
			continue
		}
		anyLive = true
		status, err := health.GetResourceHealth(live, lua.ResourceHealthOverrides(app.settings.overrides))
		if err != nil {
			return applicationHealth{}, err
		}
		if status == nil || live.GetAnnotations()[common.AnnotationIgnoreHealthCheck] == "true" {
			continue
		}
		answer.Resources = append(answer.Resources, resourceHealth{nameOf(live), status.Status, status.Message})
		if health.IsWorse(answer.Status, status.Status) {
			answer.Status = status.Status
		}
	}
	if len(pairs.Target) > 0 && !anyLive && health.IsWorse(answer.Status, health.HealthStatusMissing) {
		answer.Status = health.HealthStatusMissing
	}
	answer.Children = app.children(pairs.Live)
	return answer, nil
}
