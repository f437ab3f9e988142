package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/cache"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"github.com/argoproj/argo-cd/v3/pkg/apis/application/v1alpha1"
	"github.com/argoproj/argo-cd/v3/util/argo"
	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/argoproj/argo-cd/v3/util/settings"
	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/yaml"
)

// application is an Application with everything that its reconciliation reads.
type application struct {
	*v1alpha1.Application
	config         *rest.Config
	settings       comparisonSettings
	cluster        cache.ClusterCache
	revision       string
	targets        []*unstructured.Unstructured
	serverSideDiff bool
}

// comparisonSettings are what argocd-cm says about comparing and health.
type comparisonSettings struct {
	overrides             map[string]v1alpha1.ResourceOverride
	labelKey              string
	trackingMethod        v1alpha1.TrackingMethod
	installationID        string
	ignoreAggregatedRoles bool
	filter                *settings.ResourcesFilter
}

// liveInfo is what is known of each object of the cluster.
type liveInfo struct {
	owner  string
	health *health.HealthStatus
}

var tracking = argo.NewResourceTracking()

func load(ctx context.Context, args arguments) (*application, error) {
	app, err := readApplication(args)
	if err != nil {
		return nil, err
	}
	config, err := clientcmd.BuildConfigFromFlags("", args.kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 200, 400
	known, err := readSettings(ctx, config, args.namespace)
	if err != nil {
		return nil, err
	}
	loaded := &application{Application: app, config: config, settings: known, serverSideDiff: args.serverSideDiff}
	loaded.cluster = cache.NewClusterCache(config,
		cache.SetLogr(logr.Discard()),
		cache.SetSettings(cache.Settings{
			ResourceHealthOverride: lua.ResourceHealthOverrides(known.overrides),
			ResourcesFilter:        known.filter,
		}),
		cache.SetPopulateResourceInfoHandler(func(object *unstructured.Unstructured, _ bool) (any, bool) {
			owner := known.owner(object)
			status, _ := health.GetResourceHealth(object, lua.ResourceHealthOverrides(known.overrides))
			return liveInfo{owner, status}, owner != ""
		}),
	)
	if err := loaded.cluster.EnsureSynced(); err != nil {
		return nil, err
	}
	loaded.revision, loaded.targets, err = loaded.readTargets(ctx, args.checkout)
	return loaded, err
}

func readApplication(args arguments) (*v1alpha1.Application, error) {
	text, err := os.ReadFile(args.application)
	if err != nil {
		return nil, err
	}
	app := &v1alpha1.Application{}
	if err := yaml.UnmarshalStrict(text, app); err != nil {
		return nil, fmt.Errorf("%s: %w", args.application, err)
	}
	if app.Spec.SyncPolicy == nil {
		app.Spec.SyncPolicy = &v1alpha1.SyncPolicy{}
	}
	for option := range strings.SplitSeq(args.syncOptions, ",") {
		if option != "" {
			app.Spec.SyncPolicy.SyncOptions = append(app.Spec.SyncPolicy.SyncOptions, option)
		}
	}
	return app, nil
}

// readSettings asks Argo CD's own reader of argocd-cm, which adds the defaults.
func readSettings(ctx context.Context, config *rest.Config, namespace string) (comparisonSettings, error) {
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		return comparisonSettings{}, err
	}
	manager := settings.NewSettingsManager(ctx, clients, namespace)
	read := comparisonSettings{}
	if read.overrides, err = manager.GetResourceOverrides(); err != nil {
		return read, err
	}
	if read.labelKey, err = manager.GetAppInstanceLabelKey(); err != nil {
		return read, err
	}
	if read.installationID, err = manager.GetInstallationID(); err != nil {
		return read, err
	}
	method, err := manager.GetTrackingMethod()
	if err != nil {
		return read, err
	}
	read.trackingMethod = v1alpha1.TrackingMethod(method)
	if read.filter, err = manager.GetResourcesFilter(); err != nil {
		return read, err
	}
	options, err := manager.GetResourceCompareOptions()
	read.ignoreAggregatedRoles = options.IgnoreAggregatedRoles
	return read, err
}

// owner gives the name of the application that an object of the cluster belongs to, or nothing.
func (known comparisonSettings) owner(object *unstructured.Unstructured) string {
	return tracking.GetAppName(object, known.labelKey, known.trackingMethod, known.installationID)
}

// readTargets reads every manifest under the Application's path, and marks it as the Application's own.
func (app *application) readTargets(ctx context.Context, checkout string) (string, []*unstructured.Unstructured, error) {
	revision, err := exec.CommandContext(ctx, "git", "-C", checkout, "rev-parse", "HEAD").Output()
	if err != nil {
		return "", nil, fmt.Errorf("the revision of %s: %w", checkout, err)
	}
	var targets []*unstructured.Unstructured
	err = filepath.WalkDir(filepath.Join(checkout, app.Spec.GetSource().Path), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".yaml") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		objects, err := kube.SplitYAML(text)
		targets = append(targets, objects...)
		return err
	})
	if err != nil {
		return "", nil, err
	}
	for _, target := range targets {
		if err := app.own(target); err != nil {
			return "", nil, err
		}
	}
	return strings.TrimSpace(string(revision)), targets, nil
}

func (app *application) own(target *unstructured.Unstructured) error {
	// A kind that is not served yet comes with its CRD in the same sync, and is taken as it is written.
	namespaced, err := app.cluster.IsNamespaced(target.GroupVersionKind().GroupKind())
	if err == nil && !namespaced {
		target.SetNamespace("")
	} else if err == nil && target.GetNamespace() == "" {
		target.SetNamespace(app.Spec.Destination.Namespace)
	}
	known := app.settings
	return tracking.SetAppInstance(target, known.labelKey, app.Name, app.Spec.Destination.Namespace, known.trackingMethod, known.installationID)
}

// isOwn tells whether a resource of the cluster is marked as the Application's.
func (app *application) isOwn(resource *cache.Resource) bool {
	known, isKnown := resource.Info.(liveInfo)
	return isKnown && known.owner == app.Name
}

// isMarkedForItself tells a resource from a copy that somebody made of it with its tracking annotation: a copy is neither
// compared nor pruned.
func (app *application) isMarkedForItself(live, target *unstructured.Unstructured) bool {
	if live == nil || app.settings.trackingMethod == v1alpha1.TrackingMethodLabel {
		return true
	}
	var mark argo.AppInstanceValue
	if target != nil {
		mark = argo.UnstructuredToAppInstanceValue(target, app.Name, "")
	} else if found := tracking.GetAppInstance(live, app.settings.trackingMethod, app.settings.installationID); found != nil {
		mark = *found
	} else {
		return true
	}
	gvk := live.GroupVersionKind()
	return (live.GetNamespace() == mark.Namespace || live.GetNamespace() == "") &&
		live.GetName() == mark.Name && gvk.Group == mark.Group && gvk.Kind == mark.Kind
}
