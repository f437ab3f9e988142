package main

import (
	"context"
	"time"

	"github.com/fluxcd/cli-utils/pkg/kstatus/polling"
	"github.com/fluxcd/cli-utils/pkg/kstatus/polling/event"
	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"github.com/fluxcd/cli-utils/pkg/object"
	"github.com/fluxcd/pkg/ssa"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

const pollInterval = 200 * time.Millisecond

type objectStatus struct {
	Group     string        `json:"group"`
	Kind      string        `json:"kind"`
	Namespace string        `json:"namespace"`
	Name      string        `json:"name"`
	Status    status.Status `json:"status"`
	Message   string        `json:"message,omitempty"`
}

type readiness struct {
	Ready   bool   `json:"ready"`
	Message string `json:"message,omitempty"`
}

// checked gives what the Kustomization checks: all that it applies with wait, else what it lists.
func (loaded *reconciliation) checked() object.ObjMetadataSet {
	if loaded.Spec.Wait {
		return object.UnstructuredSetToObjMetadataSet(loaded.objects)
	}
	set := object.ObjMetadataSet{}
	for _, listed := range loaded.Spec.HealthChecks {
		version := schema.FromAPIVersionAndKind(listed.APIVersion, listed.Kind)
		set = append(set, object.ObjMetadata{Namespace: listed.Namespace, Name: listed.Name, GroupKind: version.GroupKind()})
	}
	return set
}

// healthNow gives the first status that is read of each object.
func healthNow(ctx context.Context, loaded *reconciliation) (any, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	set := loaded.checked()
	seen := map[object.ObjMetadata]bool{}
	answer := []objectStatus{}
	if len(set) == 0 {
		return answer, nil
	}
	for told := range loaded.poller.Poll(ctx, set, polling.PollOptions{PollInterval: pollInterval}) {
		if told.Type == event.ErrorEvent {
			return nil, told.Error
		}
		if told.Type != event.ResourceUpdateEvent || seen[told.Resource.Identifier] {
			continue
		}
		id := told.Resource.Identifier
		seen[id] = true
		answer = append(answer, objectStatus{
			id.GroupKind.Group, id.GroupKind.Kind, id.Namespace, id.Name, told.Resource.Status, told.Resource.Message,
		})
		if len(seen) == len(set) {
			break
		}
	}
	return answer, ctx.Err()
}

// waitForAll ends as kustomize-controller's health check does: when all are Current, when one failed, or at the timeout.
func waitForAll(ctx context.Context, loaded *reconciliation) (any, error) {
	options := ssa.WaitOptions{Interval: pollInterval, Timeout: loaded.timeout, FailFast: true}
	if err := loaded.manager.WaitForSetWithContext(ctx, loaded.checked(), options); err != nil {
		return readiness{Message: err.Error()}, nil
	}
	return readiness{Ready: true}, nil
}
