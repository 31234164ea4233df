# make run         set up and open the lab on its embedded demo Hub
# make test        set up and check everything, headless
# make test-torch  check the PyTorch engine too; downloads PyTorch
# make fidelity    compare every architecture with transformers; writes docs/fidelity.md
PYTHON ?= python3
BIN = .venv/bin
TOUR = demo-run

.PHONY: run test test-torch fidelity setup setup-dev clean

run: setup
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		$(BIN)/python -m ailab --demo; \
	else \
		$(BIN)/python -m ailab --demo --tour $(TOUR); \
	fi

test: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --maxprocesses 4

test-torch:
	@$(PYTHON) scripts/set_up.py --torch
	$(BIN)/python -m pytest tests/services/inference tests/services/compatibility

fidelity:
	@$(PYTHON) scripts/set_up.py --torch
	$(BIN)/python scripts/fidelity.py

setup:
	@$(PYTHON) scripts/set_up.py

setup-dev:
	@$(PYTHON) scripts/set_up.py --dev

clean:
	rm -rf .venv $(TOUR) build dist *.egg-info
