# idealfit: ten one-word commands are the whole developer's interface. `make help` lists them.

.DEFAULT_GOAL := help
BIN := .venv/bin
define rules
@$(BIN)/ruff check src tests benchmarks house docs
@$(BIN)/ruff format --check src tests benchmarks house docs
@$(BIN)/lint-imports
endef
.PHONY: help environment demo test lint format bench docs lock wheel clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

environment: ## make or refresh .venv from requirements.lock (quick when nothing changed)
	@sh house/environment.sh

demo: environment ## set everything up and run the whole way on a made-up company
	@$(BIN)/idealfit demo

test: environment ## what lint says, and every test with branch coverage and its thresholds
	@sh house/browser.sh
	@sh house/postgres.sh
	@sh house/java.sh
	$(rules)
	@$(BIN)/python house/run_tests.py

lint: environment ## ruff (rules and format), import directions, mypy --strict
	$(rules)
	@$(BIN)/mypy

format: environment ## let ruff put the code in order
	@$(BIN)/ruff check --fix src tests benchmarks house docs
	@$(BIN)/ruff format src tests benchmarks house docs

bench: environment ## time and memory of --help and of a large build; planted truths found; prints tables
	@$(BIN)/python benchmarks/help.py
	@$(BIN)/python benchmarks/build_ibm.py
	@$(BIN)/python benchmarks/discovery_speed.py
	@$(BIN)/python benchmarks/planted.py --seeds 2

docs: environment ## write docs/reference, the examples' outputs and the README's picture from the program itself
	@$(BIN)/python docs/make_reference.py
	@$(BIN)/python docs/examples.py
	@$(BIN)/python docs/make_picture.py

lock: environment ## resolve the dependencies again and write requirements.lock
	@sh house/lock.sh

wheel: environment ## build dist/idealfit-*.whl
	@$(BIN)/python -m hatchling build -t wheel

clean: ## remove everything that can be made again, .venv included
	rm -rf .venv dist build idealfit demo .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests house benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +
