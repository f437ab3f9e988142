package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"

	"github.com/fluxcd/cli-utils/pkg/kstatus/polling/engine"
	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// judgement is the status of one object.
type judgement struct {
	Status  status.Status `json:"status"`
	Message string        `json:"message,omitempty"`
}

// judge reads a List and gives the status of each of its items, in their order: by the expressions of a Kustomization where
// there is one for the kind, else as Flux comes.
func judge(ctx context.Context, rest []string, objects io.Reader) (any, error) {
	var path string
	flags := flag.NewFlagSet("gitops-flux judge", flag.ContinueOnError)
	flags.StringVar(&path, "kustomization", "", "manifest of a Kustomization; none: as Flux comes")
	if err := flags.Parse(rest); err != nil {
		return nil, err
	}
	kustomization := &kustomizev1.Kustomization{}
	if path != "" {
		read, err := readKustomization(path)
		if err != nil {
			return nil, err
		}
		kustomization = read
	}
	readers, err := statusReaders(kustomization, nil)
	if err != nil {
		return nil, err
	}
	list := unstructured.UnstructuredList{}
	if err := json.NewDecoder(objects).Decode(&list); err != nil {
		return nil, err
	}
	answer := []judgement{}
	for index := range list.Items {
		judged, err := judgeOne(ctx, readers, &list.Items[index])
		if err != nil {
			return nil, err
		}
		answer = append(answer, judged)
	}
	return answer, nil
}

func judgeOne(ctx context.Context, readers []engine.StatusReader, object *unstructured.Unstructured) (judgement, error) {
	for _, reader := range readers {
		if !reader.Supports(object.GroupVersionKind().GroupKind()) {
			continue
		}
		told, err := reader.ReadStatusForObject(ctx, nil, object)
		if err != nil {
			return judgement{}, fmt.Errorf("%s %s: %w", object.GetKind(), object.GetName(), err)
		}
		return judgement{told.Status, told.Message}, nil
	}
	computed, err := status.Compute(object)
	if err != nil {
		return judgement{}, fmt.Errorf("%s %s: %w", object.GetKind(), object.GetName(), err)
	}
	return judgement{computed.Status, computed.Message}, nil
}
