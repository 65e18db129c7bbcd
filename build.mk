# Building and deploying. The sam CLI brings old boto3 and pydantic with it, so it has an environment of its own.
SAM := tools-env/sam/bin/sam
# The packages Lambda brings itself, or that nothing needs there: a quote's PDF has text and lines, no pictures.
NOT_SHIPPED := boto3 uvicorn click pycparser pillow
export SAM_CLI_TELEMETRY := 0
# layers/*/Makefile call uv.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: build validate deploy lock

tools-env/sam/ready: tools-env/sam.txt .venv/ready
	@$(UV) venv --quiet --allow-existing --python $(BIN)/python tools-env/sam
	@$(UV) pip sync --quiet --require-hashes --python tools-env/sam/bin/python tools-env/sam.txt
	@touch $@

tools-env/sam.txt: tools-env/sam.in
	@cd tools-env && $(abspath $(UV)) pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--no-annotate --custom-compile-command "make tools-env/sam.txt" sam.in -o sam.txt

validate: tools-env/sam/ready  ## lint template.yaml
	$(SAM) validate --lint

build: tools-env/sam/ready  ## what Lambda gets, for arm64 and python3.13, whatever this machine has
	$(SAM) build

deploy: build  ## into the AWS account of your credentials; asks before it changes anything
	$(SAM) deploy $(if $(STACK),--stack-name $(STACK)) $(if $(PARAMETERS),--parameter-overrides $(PARAMETERS))

lock: .venv/ready  ## write down again what the layers ship, after uv.lock has changed
	@$(UV) export --quiet --frozen --no-default-groups --no-emit-project --no-annotate --no-header \
		$(foreach name,$(NOT_SHIPPED),--prune $(name)) -o layers/dependencies/requirements.txt
