module flotilla.dev/controlplane/workload

go 1.26.0
