# The front door. Every target installs the packages it lacks (packaging/deps), and says what it does and how long
# it took. The work itself is CMake's: see CMakePresets.json.
PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 60
SOAK_SECONDS ?= 600
LAW_PERCENT ?= 2000
ONLY ?=
ARGS ?=
JOBS ?= $(shell nproc)

STEP := packaging/step
SOURCES = $(shell find src tests bench -name '*.cpp' -o -name '*.hpp')
# $(call configure,preset[,-Dmore]); its chatter is kept for the case that it fails
configure = $(STEP) "configure $(1)" sh -c 'mkdir -p build && cmake --preset $(1) $(2) >build/$(1).log 2>&1 || { cat build/$(1).log >&2; exit 1; }'
build = $(STEP) "build $(1)" cmake --build --preset $(1) --parallel $(JOBS)
need = $(STEP) "packages: $(1)" packaging/deps/ensure $(1)

.PHONY: help demo test build bench soak fuzz lint package release install clean
.DEFAULT_GOAL := help

help: ## this list
	@echo "packwire: make TARGET"
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  \1\t\2/p' Makefile | expand -t 12

demo: build ## simulated packs with everything on, no hardware needed (ARGS="…" for its options)
	@build/release/packwire demo --open $(ARGS)

test: ## every test, under AddressSanitizer and UBSan; then hours and days of virtual time, optimised
	@$(call need,build web test)
	@$(call configure,asan)
	@$(call build,asan)
	@$(STEP) "test" ctest --preset asan
	@$(call configure,release,-DPACKWIRE_LAWS=ON)
	@$(call build,release) --target laws
	@PACKWIRE_PROPERTY_RUNS=$(LAW_PERCENT) $(STEP) "laws" build/release/tests/laws --gtest_brief=1

build: ## the optimised program: build/release/packwire
	@$(call need,build web)
	@$(call configure,release)
	@$(call build,release)
	@$(STEP) "smoke" tests/smoke build/release/packwire
	@$(STEP) "hardening" tests/hardening build/release/packwire

bench: ## benchmarks, one JSON object a line (ONLY=decode_42 for one)
	@$(call need,build web test)
	@$(call configure,release,-DPACKWIRE_BENCH=ON)
	@$(call build,release) >&2
	@status=0; for bench in build/release/bench/bench_*; do \
	    [ -x "$$bench" ] || { echo "there are no benchmarks yet" >&2; continue; }; \
	    $(STEP) "$${bench##*/}" "$$bench" $(ONLY) || status=1; \
	done; exit $$status

soak: ## a house where everything goes wrong at random, a line where it does in turn, the laws of limits; SOAK_SECONDS=600 in all
	@$(call need,build web test)
	@$(call configure,release,-DPACKWIRE_BENCH=ON)
	@$(call build,release) >&2
	@status=0; for soak in soak_house soak soak_laws; do \
	    PACKWIRE_SOAK_SECONDS=$$(($(SOAK_SECONDS) / 3)) $(STEP) "$$soak $$(($(SOAK_SECONDS) / 3)) s" \
	        build/release/bench/bench_$$soak || status=1; \
	done; exit $$status

fuzz: ## libFuzzer, FUZZ_SECONDS=60 for each program
	@$(call need,build lint)
	@$(call configure,fuzz)
	@$(call build,fuzz)
	@set -e; symbolizer=$$(command -v llvm-symbolizer-19 || command -v llvm-symbolizer || true); \
	[ -z "$$symbolizer" ] || export ASAN_SYMBOLIZER_PATH="$$symbolizer"; \
	for fuzzer in build/fuzz/fuzzers/fuzz_*; do \
	    [ -x "$$fuzzer" ] || { echo "there are no fuzzers yet" >&2; continue; }; \
	    name=$${fuzzer##*/fuzz_}; found=build/fuzz/corpus/$$name; seeds=tests/fuzz/corpus/$$name; \
	    mkdir -p $$found; [ -d $$seeds ] || seeds=; \
	    $(STEP) "fuzz $$name" "$$fuzzer" -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 \
	        -artifact_prefix=$$found- $$found $$seeds; \
	done

lint: ## clang-format and clang-tidy, both 19; changes nothing
	@$(call need,build lint)
	@$(STEP) "clang-format" clang-format-19 --dry-run -Werror $(SOURCES)
	@$(call configure,tidy)
	@find src -name '*.cpp' -print0 | \
	    $(STEP) "clang-tidy" xargs -0 -r -n 1 -P $(JOBS) clang-tidy-19 --quiet -p build/tidy

package: ## Debian packages and Venus OS bundles, with checksums, in build/package (ONLY=debian for one kind)
	@$(call need,build web package)
	@packaging/package.sh $(ONLY)

release: ## all of these, then signed files with notes in build/dist (RELEASE_KEY=FINGERPRINT)
	@$(call need,package)
	@RELEASE_KEY="$(RELEASE_KEY)" packaging/release/release.sh

install: build ## to PREFIX=/usr/local, under DESTDIR if given
	@DESTDIR="$(DESTDIR)" $(STEP) "install to $(DESTDIR)$(PREFIX)" cmake --install build/release --prefix "$(PREFIX)"

clean: ## removes build/
	@rm -rf build
