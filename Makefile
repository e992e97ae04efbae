# Everything that `make` runs is the sandbox on this machine. Only `pulumi up`, with a backend and credentials of your
# own, reaches Azure.
STACK  ?= sandbox
ENGINE ?= auto
BACKEND ?=
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
RUN    := $(BIN)/python -m azure_sandbox
KEPT    = $(if $(BACKEND),--backend '$(BACKEND)')
AZURITE := tests/azurite/node_modules/.package-lock.json

.DEFAULT_GOAL := help
.PHONY: help up preview refresh destroy output machines capacity audit draw cli azurite test unit lint types check bench lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: $(READY) ## Bring STACK up in the sandbox (STACK=sandbox, dev, prod; ENGINE=auto, embedded, official; BACKEND=s3://…)
	@$(RUN) up --stack $(STACK) --engine $(ENGINE) $(KEPT) --yes

preview: $(READY) ## Show what `up` would do
	@$(RUN) preview --stack $(STACK) --engine $(ENGINE) $(KEPT)

refresh: $(READY) ## Take into the state of STACK what somebody has changed in the cloud
	@$(RUN) refresh --stack $(STACK) --engine $(ENGINE) $(KEPT) --yes

destroy: $(READY) ## Take STACK away again, and say what is kept
	@$(RUN) destroy --stack $(STACK) --engine $(ENGINE) $(KEPT) --exclude-protected --yes

machines: $(READY) ## Show the machines of STACK and their ways out to the internet
	@$(RUN) machines --stack $(STACK)

capacity: $(READY) ## Show whether STACK has deployed enough addresses for its traffic
	@$(BIN)/nat-egress capacity $(STACK) --backend file://.sandbox/backend

audit: $(READY) ## Judge what STACK has deployed by the rules of the policy pack
	@PULUMI_CONFIG_PASSPHRASE=rehearsal $(BIN)/nat-egress audit $(STACK) --backend file://.sandbox/backend

draw: $(READY) ## Draw the network of STACK as a page, .sandbox/STACK.html
	@PULUMI_CONFIG_PASSPHRASE=rehearsal $(BIN)/nat-egress draw $(STACK) --backend file://.sandbox/backend --output .sandbox/$(STACK).html

output: $(READY) ## Print the outputs of STACK
	@$(RUN) output --stack $(STACK) --engine $(ENGINE) $(KEPT)

cli: $(READY) ## Install the official Pulumi CLI into .cli with the SDK's own installer
	@$(RUN) install-cli

azurite: $(AZURITE) ## Install Azurite, without which tests of azblob:// are skipped (needs Node.js)

test: $(READY) ## Run all tests
	@$(BIN)/python -m pytest -n 2 --dist worksteal

unit: $(READY) ## Run the tests of the components that need no other process
	@$(BIN)/python -m pytest -n 2 -m "not process" tests/components

lint: $(READY) ## Check style
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY) ## Check types
	@$(BIN)/mypy

check: lint types test ## Lint, types and tests

bench: $(READY) ## Measure: each figure a ratio against a named peer
	@$(BIN)/python -m benchmarks

lock: $(READY) ## Renew requirements.lock (needs uv)
	uv pip compile components/pyproject.toml sandbox/pyproject.toml --extra azblob --extra s3 --extra simulate --group program --group build --group dev \
	  --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-package nat-egress \
	  --no-annotate --no-header -o requirements.lock

clean: ## Forget the sandbox: its cloud, its states, its plugins
	rm -rf .sandbox

# azure-native is 6,000 modules: pip would compile them all, and only those that a program imports are worth it. Where
# bytecode is not written (PYTHONDONTWRITEBYTECODE), what is not compiled here is compiled at every start.
PACKAGES = $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
$(READY): requirements.lock components/pyproject.toml sandbox/pyproject.toml
	@"$(PYTHON)" -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null || { echo "make: Python 3.11 or newer is needed, as python3.11 or python3 on PATH, or: make PYTHON=/path/to/python" >&2; exit 1; }
	@echo "Setting up $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --no-compile --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-compile --no-deps --no-build-isolation -e components -e sandbox
	@cd $(PACKAGES) && $(abspath $(BIN))/python -m compileall -q -j 0 -l pulumi_azure_native
	@cd $(PACKAGES) && $(abspath $(BIN))/python -m compileall -q -j 0 cryptography dill google grpc opentelemetry packaging parver \
	  pulumi pulumi_random pydantic pydantic_core rich semver typer typing_extensions.py typing_inspection yaml \
	  pulumi_azure_native/*/__init__.py $(addprefix pulumi_azure_native/,alertsmanagement compute monitor network resources)
	@touch $@

# npm leaves that file when it is done. No package of Azurite's needs a script of its own to be run. Node.js does not ask
# SSL_CERT_FILE, as the others do, which authorities a network behind a proxy trusts.
$(AZURITE): tests/azurite/package-lock.json
	@NODE_EXTRA_CA_CERTS="$${NODE_EXTRA_CA_CERTS:-$$SSL_CERT_FILE}" npm ci --prefix tests/azurite --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
