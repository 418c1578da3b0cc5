# Lotsen. Everything here needs only python3 with pip, make and the package registries; no root.
.DEFAULT_GOAL := help
.PHONY: help setup environments run test check bench bench-reader bench-questions bench-conversation bench-followup transcripts teams-app format clean

UV := tools/uv
BIN := .venv/bin

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 20

environments:
	@echo "Setting up the app (Python 3.13) and the engine (Python 3.10) ..."
	@$(UV) sync --frozen --quiet
	@$(UV) --project engine sync --frozen --quiet

setup: environments ## set up both environments and train what is out of date
	@$(BIN)/lotsen train

run: environments ## set up, and start Lotsen with demo data at http://127.0.0.1:8080
	@$(BIN)/lotsen up --demo

test: setup ## set up, and run the whole test suite
	@$(BIN)/pytest --numprocesses=2

check: setup ## lint, format, types, import rules, content, the Rasa project
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/lotsen check
	@$(BIN)/python tools/validate_rasa.py

bench: setup ## measure, and print every figure beside its baseline
	@$(BIN)/python bench/bench_turns.py
	@$(BIN)/python bench/bench_wiping.py
	@$(BIN)/python bench/bench_openings.py

bench-reader: setup ## compare ways of reading on the same texts, and draw the learning curve (half an hour)
	@$(BIN)/python bench/bench_reader.py
	@$(BIN)/python bench/bench_reader.py --curve

bench-questions: environments ## find answers to questions, beside BM25 and Rasa's FAQ way (2.5 GB of packages at first, up to an hour)
	@$(BIN)/python bench/bench_questions.py

bench-conversation: setup ## measure how long made-up people need for a report, beside a paper form
	@$(BIN)/python bench/bench_conversation.py

bench-followup: environments ## simulate 120 days of a thousand incidents, and time a tick of the clock (a quarter of an hour)
	@$(BIN)/python bench/bench_follow_up.py

transcripts: setup ## play ten conversations and write them to docs/transcripts
	@$(BIN)/python tools/transcripts.py

teams-app: environments ## make the app package for Microsoft Teams in dist/ (ARGS="--app-id ID --url URL")
	@$(BIN)/python tools/teams_app.py $(ARGS)

format: environments ## put the code in order
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

clean: ## remove environments, models and caches (not your data in .lotsen)
	rm -rf .venv engine/.venv bench/rasa_faq/.venv models .rasa .tools .pytest_cache .mypy_cache .ruff_cache
