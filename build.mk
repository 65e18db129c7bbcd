# Building, deploying, and the deployed shape without an account. What brings old boto3 and pydantic with it, as the
# sam CLI and the emulated AWS do, has an environment of its own.
SAM := tools-env/sam/bin/sam
# The packages Lambda brings itself, or that nothing needs there: a quote's PDF has text and lines, no pictures.
NOT_SHIPPED := boto3 uvicorn click pycparser pillow
export SAM_CLI_TELEMETRY := 0
# layers/*/Makefile call uv.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: build validate build-here deploy lock aws-local

# Lambda's own Python where this machine has it: `make aws-local` runs the functions under it.
PYTHON_OF_lambda = $(shell $(BIN)/python tools-env/lambda_python.py)

tools-env/%/ready: tools-env/%.txt .venv/ready
	@$(UV) venv --quiet --allow-existing --python $(or $(PYTHON_OF_$*),$(BIN)/python) tools-env/$*
	@$(UV) pip sync --quiet --require-hashes --python tools-env/$*/bin/python tools-env/$*.txt
	@touch $@

tools-env/%.txt: tools-env/%.in
	@cd tools-env && $(abspath $(UV)) pip compile --quiet --universal --generate-hashes --python-version 3.11 \
		--no-annotate --custom-compile-command "make $@" $*.in -o $*.txt

validate: tools-env/sam/ready  ## lint template.yaml
	$(SAM) validate --lint

build: tools-env/sam/ready  ## what Lambda gets, for arm64 and python3.13, whatever this machine has
	$(SAM) build

build-here: tools-env/sam/ready tools-env/lambda/ready  ## the same, with libraries that run on this machine
	FOR_PYTHON=$(CURDIR)/tools-env/lambda/bin/python $(SAM) build --build-dir .aws-sam/here

aws-local: build-here tools-env/ministack/ready  ## the deployed shape on an emulated AWS; ONCE=1 ends after the first try
	@PYTHONPATH=tests exec $(BIN)/python -m aws_local --port $(PORT) --org-port $(ORG_PORT) $(if $(ONCE),--once)

deploy: build  ## into the AWS account of your credentials; asks before it changes anything
	$(SAM) deploy $(if $(STACK),--stack-name $(STACK)) $(if $(PARAMETERS),--parameter-overrides $(PARAMETERS))

lock: .venv/ready  ## write down again what the layers ship, after uv.lock has changed
	@$(UV) export --quiet --frozen --no-default-groups --no-emit-project --no-annotate --no-header \
		$(foreach name,$(NOT_SHIPPED),--prune $(name)) -o layers/dependencies/requirements.txt
