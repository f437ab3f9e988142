package main

import (
	"context"
	"time"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/sync/common"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/tracing"
	argocommon "github.com/argoproj/argo-cd/v3/common"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const stepInterval = 300 * time.Millisecond

// operation is what the controller keeps of a sync between its steps, in the Application's status.
type operation struct {
	Revision string                `json:"revision"`
	Phase    common.OperationPhase `json:"phase"`
	Message  string                `json:"message"`
	// Applied tells that the last wave is applied. An operation of several waves goes on until all is healthy.
	Applied bool         `json:"applied"`
	Results []syncResult `json:"results"`

	startedAt metav1.Time
	states    []common.ResourceSyncResult
}

type syncResult struct {
	resource
	// Status is Synced, SyncFailed, Pruned or PruneSkipped.
	Status  common.ResultCode `json:"status"`
	Message string            `json:"message"`
}

// syncApplication applies what Git has, wave by wave, and prunes what it has no more. It ends when the operation does, or
// when nothing is left to apply.
func syncApplication(ctx context.Context, app *application) (any, error) {
	running := &operation{Revision: app.revision, Phase: common.OperationRunning, startedAt: metav1.Now(), Results: []syncResult{}}
	for {
		if err := running.step(app); err != nil {
			return nil, err
		}
		if running.Phase.Completed() || running.Applied {
			return running, nil
		}
		select {
		case <-ctx.Done():
			return running, nil
		case <-time.After(stepInterval):
		}
	}
}

// step compares and syncs once, as each reconciliation of an Application with a running operation does.
func (running *operation) step(app *application) error {
	pairs, err := app.reconciliation()
	if err != nil {
		return err
	}
	options := append(app.syncOptions(),
		sync.WithInitialState(running.Phase, running.Message, running.states, running.startedAt),
		sync.WithSyncWaveHook(func(_ common.SyncPhase, _ int, final bool) error {
			running.Applied = final
			return nil
		}),
	)
	kubectl := &kube.KubectlCmd{Log: logr.Discard(), Tracer: tracing.NopTracer{}}
	steps, cleanup, err := sync.NewSyncContext(app.revision, pairs, app.config, app.config, kubectl, app.Spec.Destination.Namespace, options...)
	if err != nil {
		return err
	}
	defer cleanup()
	steps.Sync()
	running.Phase, running.Message, running.states = steps.GetState()
	running.Results = []syncResult{}
	for _, result := range running.states {
		key := result.ResourceKey
		named := resource{Group: key.Group, Kind: key.Kind, Namespace: key.Namespace, Name: key.Name}
		running.Results = append(running.Results, syncResult{named, result.Status, result.Message})
	}
	return nil
}

// syncOptions are those that Argo CD gives to its engine for an Application.
func (app *application) syncOptions() []sync.SyncOpt {
	options := app.Spec.SyncPolicy.SyncOptions
	propagation := metav1.DeletePropagationForeground
	if options.HasOption("PrunePropagationPolicy=background") {
		propagation = metav1.DeletePropagationBackground
	}
	chosen := []sync.SyncOpt{
		sync.WithLogr(logr.Discard()),
		sync.WithHealthOverride(lua.ResourceHealthOverrides(app.settings.overrides)),
		sync.WithPermissionValidator(func(*unstructured.Unstructured, *metav1.APIResource) error { return nil }),
		sync.WithResourcesFilter(func(_ kube.ResourceKey, target, live *unstructured.Unstructured) bool {
			return app.isMarkedForItself(live, target)
		}),
		sync.WithPrune(prunes(app.Spec.SyncPolicy.Automated)),
		sync.WithManifestValidation(!options.HasOption(common.SyncOptionsDisableValidation)),
		sync.WithPruneLast(options.HasOption(common.SyncOptionPruneLast)),
		sync.WithPrunePropagationPolicy(&propagation),
		sync.WithReplace(options.HasOption(common.SyncOptionReplace)),
		sync.WithServerSideApply(options.HasOption(common.SyncOptionServerSideApply)),
		sync.WithServerSideApplyManager(argocommon.ArgoCDSSAManager),
		sync.WithClientSideApplyMigration(
			!options.HasOption(common.SyncOptionDisableClientSideApplyMigration),
			common.DefaultClientSideApplyMigrationManager,
		),
		sync.WithSkipDryRunOnMissingResource(options.HasOption(common.SyncOptionSkipDryRunOnMissingResource)),
	}
	if options.HasOption("CreateNamespace=true") {
		chosen = append(chosen, sync.WithNamespaceModifier(func(_, live *unstructured.Unstructured) (bool, error) {
			return live == nil, nil
		}))
	}
	return chosen
}

func prunes(automated *v1alpha1.SyncPolicyAutomated) bool {
	return automated != nil && automated.GetPrune()
}
