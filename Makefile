# make run         set up and open the lab on its embedded demo Hub
# make test        set up and check, headless
# make test-slow   check what takes longer: files that mean harm, real models from Hub to results
# make test-torch  check the PyTorch engine too; downloads PyTorch
# make test-served check a real server of models too; downloads MLServer
# make test-ray    check runs on Ray too; downloads Ray
# make test-timm   check models of timm, and those that need torchvision; downloads gigabytes
# make fidelity    compare every architecture with transformers; writes docs/fidelity.md
PYTHON ?= python3
BIN = .venv/bin
TOUR = demo-run

# Compiled modules are kept, whatever the surroundings say: a few hundred processes import them.
export PYTHONDONTWRITEBYTECODE =

# One more than there are cores: tests wait for programs that they start.
AT_ONCE = $(shell $(PYTHON) -c "import os; print(min(4, (os.cpu_count() or 1) + 1))")

.PHONY: run test test-slow test-torch test-served test-ray test-timm fidelity setup setup-dev clean

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
	$(BIN)/python -m pytest -m "not slow" -n $(AT_ONCE)

test-slow: setup-dev
	$(BIN)/python -m pytest -m slow -n $(AT_ONCE)

test-torch:
	@$(PYTHON) scripts/set_up.py --torch
	$(BIN)/python -m pytest tests/services/inference tests/services/compatibility -n auto --maxprocesses 4

test-served:
	@$(PYTHON) scripts/set_up.py --served
	$(BIN)/python -m pytest tests/services/served/test_mlserver.py

test-ray:
	@$(PYTHON) scripts/set_up.py --ray
	$(BIN)/python -m pytest tests/services/ray_run

test-timm:
	@$(PYTHON) scripts/set_up.py --timm
	.venv-timm/bin/python -m pytest tests/services/inference/test_timm_model.py \
		tests/services/inference/test_torch_later_masks.py tests/services/inference/test_chats.py \
		-n auto --maxprocesses 4

fidelity:
	@$(PYTHON) scripts/set_up.py --torch
	$(BIN)/python scripts/fidelity.py

setup:
	@$(PYTHON) scripts/set_up.py

setup-dev:
	@$(PYTHON) scripts/set_up.py --dev

clean:
	rm -rf .venv .venv-serve .venv-timm $(TOUR) build dist *.egg-info
