# The things to do with a clone. Each installs what is missing, then calls the npm script of the same name.
# Needs Node 20 + npm, Go 1.26, make and git; npm brings the Node 24 that everything runs on.
.PHONY: demo demo-down test bench bench-scale soak image

demo: node_modules/.package-lock.json
	@npm run -s demo

demo-down: node_modules/.package-lock.json
	@npm run -s demo:down

test: node_modules/.package-lock.json
	@npm run -s test:all

# All ordinary questions one after the other, their results kept, and docs/performance.md from them.
# One question: make bench ARGS="latency --json"
bench: node_modules/.package-lock.json
	@npm run -s bench -- $(or $(ARGS),--group ordinary --save)

# The questions that take a machine for long. One of them is a question as the others: make bench ARGS="..."
bench-scale: node_modules/.package-lock.json
	@npm run -s bench -- --group scale --save $(ARGS)

# Users and faults by chance: make soak MINUTES=10. SEED=123 repeats a run, OPERATORS=3 has three of them, SHARING=true (or false; default:
# where SEED is even) lets them share the members, RESULTS=<file> writes what happened, as JSON.
# 25 phases a seed: 20 seeds are MINUTES=60 on a machine with nothing else to do.
soak: node_modules/.package-lock.json
	@npm run -s build:controlplanes
	@SOAK_MINUTES=$(or $(MINUTES),10) SOAK_SEED=$(or $(SEED),$(shell date +%s)) SOAK_OPERATORS=$(or $(OPERATORS),2) \
		$(if $(SHARING),SOAK_SHARING=$(SHARING)) $(if $(RESULTS),SOAK_RESULTS=$(abspath $(RESULTS))) npm run -s e2e -- --testPathPatterns e2e.soak.e2e

# The operator's image and its SBOM, in dist/image. As root, on Debian: no container engine and no registry is needed.
# make image ARGS="--tag registry.example.com/flotilla:0.1.0 --bases registry"
image: node_modules/.package-lock.json
	@npm run -s image -- $(ARGS)

node_modules/.package-lock.json: package-lock.json
	@echo "Installing npm packages (about half a minute) ..."
	@npm ci --no-progress --loglevel=error
	@touch $@
