package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"time"

	"github.com/fluxcd/cli-utils/pkg/object"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/ssa"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var group = kustomizev1.GroupVersion.Group

// change is what was done to an object, or what a dry run would do.
type change struct {
	// Subject is kind, namespace and name, as Flux writes them.
	Subject string `json:"subject"`
	// Action is created, configured, unchanged, deleted or skipped.
	Action ssa.Action `json:"action"`
	// Live and Predicted are given by a diff.
	Live      any `json:"live,omitempty"`
	Predicted any `json:"predicted,omitempty"`
}

// applyAll applies what Git has, stage by stage, and prunes what the inventory had and Git has no more.
func applyAll(ctx context.Context, loaded *reconciliation) (any, error) {
	applied, err := loaded.manager.ApplyAllStaged(ctx, loaded.objects, loaded.applyOptions())
	if err != nil {
		return nil, err
	}
	answer := changesOf(applied)
	if loaded.inventory == "" || !loaded.Spec.Prune {
		return answer, nil
	}
	stale, err := loaded.replaceInventory(applied)
	if err != nil {
		return nil, err
	}
	deleted, err := loaded.manager.DeleteAll(ctx, stale, ssa.DeleteOptions{
		PropagationPolicy: metav1.DeletePropagationBackground,
		Inclusions:        loaded.manager.GetOwnerLabels(loaded.Name, loaded.Namespace),
		Exclusions: map[string]string{
			group + "/prune":     kustomizev1.DisabledValue,
			group + "/reconcile": kustomizev1.DisabledValue,
			group + "/ssa":       kustomizev1.IgnoreValue,
		},
	})
	if err != nil {
		return nil, err
	}
	return append(answer, changesOf(deleted)...), nil
}

// diffAll compares by a dry run, as `flux diff kustomization` does.
func diffAll(ctx context.Context, loaded *reconciliation) (any, error) {
	apply := loaded.applyOptions()
	answer := []change{}
	for _, wanted := range loaded.objects {
		entry, live, merged, err := loaded.manager.Diff(ctx, wanted, ssa.DiffOptions{
			Exclusions:           apply.ExclusionSelector,
			IfNotPresentSelector: apply.IfNotPresentSelector,
		})
		if err != nil {
			return nil, err
		}
		if entry.Action != ssa.UnchangedAction && entry.Action != ssa.SkippedAction {
			answer = append(answer, change{entry.Subject, entry.Action, live, merged})
		}
	}
	return answer, nil
}

// applyOptions are those of kustomize-controller.
func (loaded *reconciliation) applyOptions() ssa.ApplyOptions {
	options := ssa.DefaultApplyOptions()
	options.WaitInterval = 200 * time.Millisecond
	options.Force = loaded.Spec.Force
	options.ExclusionSelector = map[string]string{
		group + "/reconcile": kustomizev1.DisabledValue,
		group + "/ssa":       kustomizev1.IgnoreValue,
	}
	options.IfNotPresentSelector = map[string]string{group + "/ssa": kustomizev1.IfNotPresentValue}
	options.ForceSelector = map[string]string{group + "/force": kustomizev1.EnabledValue}
	options.Cleanup = ssa.ApplyCleanupOptions{
		Annotations: []string{corev1.LastAppliedConfigAnnotation},
		FieldManagers: []ssa.FieldManager{
			{Name: "kubectl", OperationType: metav1.ManagedFieldsOperationApply},
			{Name: "kubectl", OperationType: metav1.ManagedFieldsOperationUpdate},
			{Name: "before-first-apply", OperationType: metav1.ManagedFieldsOperationUpdate},
			{Name: "kustomize-controller", OperationType: metav1.ManagedFieldsOperationUpdate},
		},
		Exclusions: map[string]string{group + "/ssa": kustomizev1.MergeValue},
	}
	return options
}

func changesOf(set *ssa.ChangeSet) []change {
	answer := []change{}
	for _, entry := range set.Entries {
		answer = append(answer, change{Subject: entry.Subject, Action: entry.Action})
	}
	return answer
}

// replaceInventory writes what is applied now, and gives what was applied before and is not any more.
func (loaded *reconciliation) replaceInventory(applied *ssa.ChangeSet) ([]*unstructured.Unstructured, error) {
	before := kustomizev1.ResourceInventory{}
	text, err := os.ReadFile(loaded.inventory)
	if err == nil {
		err = json.Unmarshal(text, &before)
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	now := kustomizev1.ResourceInventory{}
	known := map[string]bool{}
	for _, entry := range applied.Entries {
		now.Entries = append(now.Entries, kustomizev1.ResourceRef{ID: entry.ObjMetadata.String(), Version: entry.GroupVersion})
		known[entry.ObjMetadata.String()] = true
	}
	stale := []*unstructured.Unstructured{}
	for _, entry := range before.Entries {
		if known[entry.ID] {
			continue
		}
		found, err := object.ParseObjMetadata(entry.ID)
		if err != nil {
			return nil, err
		}
		gone := &unstructured.Unstructured{}
		gone.SetGroupVersionKind(schema.GroupVersionKind{Group: found.GroupKind.Group, Version: entry.Version, Kind: found.GroupKind.Kind})
		gone.SetNamespace(found.Namespace)
		gone.SetName(found.Name)
		stale = append(stale, gone)
	}
	written, err := json.Marshal(now)
	if err != nil {
		return nil, err
	}
	return stale, os.WriteFile(loaded.inventory, written, 0o600)
}
