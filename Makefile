# GRIDOPS_HOME says where state lives, GRIDOPS_PORT which port serves. The command line: bin/gridops --help
GRIDOPS_HOME ?= $(shell if [ "$$(id -u)" = 0 ]; then echo /var/lib/gridops; else echo "$${XDG_DATA_HOME:-$$HOME/.local/share}/gridops"; fi)
export GRIDOPS_HOME
PYTHON = $(GRIDOPS_HOME)/venv/bin/python
ARGS =

.PHONY: help run test bench trial eval lock
.DEFAULT_GOAL := help

help:  ## say what can be made
	@sed -n 's/^\([a-z]*\):  ## /make \1\t/p' Makefile | expand -t 14
	@echo "bin/gridops --help    the command line, also while the system runs"

run:  ## install what is missing, start everything, stop it with Ctrl-C
	@bin/prepare
	@exec bin/gridops run

test:  ## install what is missing, run the whole suite (ARGS="tests/geo -k name" for a part), say how well reports are understood
	@bin/prepare --test
	@$(PYTHON) -m pytest -q -n 2 --dist worksteal $(ARGS); status=$$?; test -n "$(ARGS)" || $(PYTHON) -m benchmarks.understanding --wrong 0; exit $$status

bench:  ## measure ratios in one run
	@bin/prepare --test
	@exec $(PYTHON) -m benchmarks $(ARGS)

trial:  ## geometry and one street on real input of ../shared/data (ARGS="--data FOLDER"), skipped where it is absent
	@bin/prepare --test
	@$(PYTHON) -m benchmarks.geo_trial $(ARGS)
	@$(PYTHON) -m benchmarks.hotline_replay $(ARGS)
	@exec $(PYTHON) -m benchmarks.trial $(ARGS)

eval:  ## how well reports are understood, on the project's own and on those of ../shared/data (ARGS="--data FOLDER"), left out where absent
	@bin/prepare --test
	@exec $(PYTHON) -m benchmarks.understanding $(ARGS)

lock:  ## renew constraints.txt and package-lock.json
	@bin/lock
