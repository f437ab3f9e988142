# The things to do with a clone. Each installs what is missing, then calls the npm script of the same name.
# Needs Node 20 + npm, Go 1.26, make and git; npm brings the Node 24 that everything runs on.
.PHONY: demo demo-down test bench soak image

demo: node_modules/.package-lock.json
	@npm run -s demo

demo-down: node_modules/.package-lock.json
	@npm run -s demo:down

test: node_modules/.package-lock.json
	@npm run -s test:all

# make bench ARGS="latency --json"
bench: node_modules/.package-lock.json
	@npm run -s bench -- $(ARGS)

# Users and faults by chance: make soak MINUTES=10. SEED=123 repeats a run.
soak: node_modules/.package-lock.json
	@npm run -s build:controlplanes
	@SOAK_MINUTES=$(or $(MINUTES),10) SOAK_SEED=$(or $(SEED),$(shell date +%s)) npm run -s e2e -- --testPathPatterns soak

# The operator's image and its SBOM, in dist/image. As root, on Debian: no container engine and no registry is needed.
# make image ARGS="--tag registry.example.com/flotilla:0.1.0 --bases registry"
image: node_modules/.package-lock.json
	@npm run -s image -- $(ARGS)

node_modules/.package-lock.json: package-lock.json
	@echo "Installing npm packages (about half a minute) ..."
	@npm ci --no-progress --loglevel=error
	@touch $@
