# fuzz: libFuzzer targets over everything that reads bytes of others.
# Included by the Makefile; nothing here is in the default build.
#
#   make fuzz-short                     every target, about a minute in all (CI)
#   make fuzz T=query TIME=3600         one target, that many seconds
#   make fuzz T=query SAN=fuzzer-no-link   the same without sanitizers: faster
#   make fuzz-repro T=query F=FILE      one input
#
# tests/fuzz/README.md tells what each target promises and where its seeds are,
# tests/fuzz/RESULTS.md what was run.

PACKAGES_FUZZ := clang libclang-rt-14-dev

FUZZ     := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_BIN := $(FUZZ:%=$(B)/fuzz/%)
T        ?=
F        ?=
TIME     ?= 600
SECONDS_EACH ?= 2
# A tree of its own, built by clang.
FUZZ_MAKE = +@$(MAKE) --no-print-directory $(if $(V),,-s) CC=clang CXX=clang++ \
	SAN='$(if $(SAN),$(SAN),address$(comma)undefined$(comma)fuzzer-no-link)' \
	B=build-fuzz$(if $(SAN),-$(subst $(comma),-,$(SAN)))

deps-fuzz:
	$(call install_packages,$(PACKAGES_BUILD) $(PACKAGES_CHECK) $(PACKAGES_FUZZ))

fuzz-short: deps-fuzz
	$(FUZZ_MAKE) $(JOBS) fuzz-bin
	$(FUZZ_MAKE) fuzz-run-short
fuzz: deps-fuzz
	@[ -n '$(T)' ] || { echo 'usage: make fuzz T=TARGET [TIME=SECONDS]; targets: $(FUZZ)' >&2; exit 2; }
	$(FUZZ_MAKE) $(JOBS) fuzz-bin
	$(FUZZ_MAKE) fuzz-run-long T='$(T)' TIME='$(TIME)'
fuzz-repro: deps-fuzz
	$(FUZZ_MAKE) $(JOBS) fuzz-bin
	$(FUZZ_MAKE) fuzz-run-repro T='$(T)' F='$(F)'

fuzz-bin: $(FUZZ_BIN)
fuzz-run-short:
	@B=$(B) tests/fuzz/run short $(SECONDS_EACH) $(FUZZ)
fuzz-run-long:
	@B=$(B) tests/fuzz/run long $(TIME) $(T)
fuzz-run-repro:
	@B=$(B) tests/fuzz/run repro $(F) $(T)

# As the unit tests do, a target names the room that it looks into.
define fuzz_room
$$(patsubst tests/fuzz/fuzz_%.c,$(B)/fuzz/%,$$(shell grep -ls '^.include "../../$(1)/' \
	tests/fuzz/fuzz_*.c)): $(B)/lib$(1).a
endef
$(eval $(call fuzz_room,indexer))
$(eval $(call fuzz_room,searcher))

$(B)/fuzz/%: $(B)/obj/tests/fuzz/fuzz_%.o $(B)/libfichas.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CXX) $(OUR_LDFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $< \
		$(filter-out %/libfichas.a,$(filter %.a,$^)) $(B)/libfichas.a \
		$(LIBS_LIB) $(LIBS_INDEXER)

# The index that the searching targets ask, and that the seeds of its files
# come from: the fichas of the project and a hostile one.
$(B)/fuzz/search $(B)/fuzz/batch: | $(B)/fuzz/index/CURRENT
$(B)/fuzz/index/CURRENT: $(B)/fichas-indexer tests/fuzz/hostile.jsonl
	@mkdir -p $(@D)
	$(Q)$(B)/fichas-indexer build --quiet --rebuild --index=$(@D) corpus/fichas \
		tests/fuzz/hostile.jsonl > /dev/null

.PHONY: fuzz fuzz-short fuzz-repro fuzz-bin fuzz-run-short fuzz-run-long fuzz-run-repro deps-fuzz
