# quality: what looks at the tests and at the sources.  Included by the
# Makefile; nothing here is in the default build.
#
#   make coverage    lines and branches that the tests run, build-cov/coverage/
#   make analyze     clang-tidy, cppcheck, gcc -fanalyzer
#   make valgrind    the unit tests under memcheck
#
# tests/QUALITY.md has the last results.

PACKAGES_QUALITY := gcovr clang-tidy cppcheck valgrind

deps-quality:
	$(call install_packages,$(PACKAGES_BUILD) $(PACKAGES_CHECK) $(PACKAGES_QUALITY))

# ---- coverage ----
# A tree of its own, not optimised.  Branches that only an exception of C++
# takes are not counted: no exception leaves the wrapper, and tests drive each
# arm of guard() by itself.
# The programs do not enclose themselves: counters are files.
COVERAGE_HOOK := build-cov/coverage_hook.o
COVERAGE_MAKE = +@$(MAKE) --no-print-directory $(if $(V),,-s) COV=1 B=build-cov \
	CFLAGS='-O0 -g' CXXFLAGS='-O0 -g' \
	LDFLAGS='-Wl,--wrap=_exit -Wl,--wrap=sandbox_enter $(COVERAGE_HOOK)'
$(COVERAGE_HOOK): tests/coverage_hook.c
	@mkdir -p $(@D)
	$(CC) -std=c11 $(CWARN) -Iinclude -D_GNU_SOURCE -c -o $@ $<
GCOVR = gcovr --root . --object-directory build-cov --exclude-throw-branches \
	--exclude-unreachable-branches --gcov-ignore-parse-errors --filter 'lib/' \
	--filter 'indexer/' --filter 'searcher/'
coverage: deps-quality $(COVERAGE_HOOK)
	$(COVERAGE_MAKE) $(JOBS) all docs $(UNIT:%=build-cov/tests/%)
	@find build-cov -name '*.gcda' -delete
	@B=build-cov UNIT="$(UNIT:%=build-cov/tests/%)" FAULTS=all WITHOUT=tests/torture/run tests/run || \
		echo 'What fails here for its time alone is no failure: make check judges.'
	@mkdir -p build-cov/coverage
	@$(GCOVR) --branches --txt build-cov/coverage/branches.txt \
		--html-details build-cov/coverage/index.html --print-summary
	@$(GCOVR) --txt build-cov/coverage/lines.txt

# ---- static analysis ----
# Each program reads one file at a time; what it finds ends the run.  What it cannot
# know of the others is in tests/analyzed.h.
ANALYZE_C  := $(sort $(wildcard lib/*.c indexer/*.c searcher/*.c))
ANALYZE_CC := $(sort $(wildcard lib/*.cc))
ANALYZE_FLAGS = $(if $(filter lib/status.c,$<),,-include tests/analyzed.h) $(DEFS) -Iinclude $(call pc_flags,libxml-2.0 libarchive poppler-glib)
analyze: deps-quality
	$(AGAIN) $(JOBS) analyze-run
analyze-run: $(ANALYZE_C:%=$(B)/analyze/%.tidy) $(ANALYZE_CC:%=$(B)/analyze/%.tidy) \
	$(ANALYZE_C:%=$(B)/analyze/%.gcc) $(B)/analyze/cppcheck
	@echo "clang-tidy, gcc -fanalyzer: $(words $(ANALYZE_C)) files of C, $(words $(ANALYZE_CC)) of C++; cppcheck: all; nothing found"
$(B)/analyze/%.c.tidy: %.c .clang-tidy tests/analyzed.h
	@mkdir -p $(@D)
	$(call say,TIDY,$<)
	$(Q)clang-tidy --quiet --warnings-as-errors='*' $< -- -std=c11 $(ANALYZE_FLAGS) 2>/dev/null
	@touch $@
$(B)/analyze/%.cc.tidy: %.cc .clang-tidy tests/analyzed.h
	@mkdir -p $(@D)
	$(call say,TIDY,$<)
	$(Q)clang-tidy --quiet --warnings-as-errors='*' $< -- -std=c++17 $(ANALYZE_FLAGS) \
		$(call pc_flags,xapian-core) 2>/dev/null
	@touch $@
# Of C++ the analyzer of gcc 12 understands too little.  Left out are
#   too-complex  says only that it gave up on a function
#   malloc-leak  takes for lost what a field of a caller's structure has taken over;
#                clang-tidy, memcheck and the leak sanitizer look for leaks
$(B)/analyze/%.c.gcc: %.c tests/analyzed.h
	@mkdir -p $(@D)
	$(call say,GCC,$<)
	$(Q)$(CC) -std=c11 -O1 -fanalyzer $(ANALYZE_OFF) -Werror $(ANALYZE_FLAGS) \
		-c -o $@ $<
ANALYZE_OFF := -Wno-analyzer-too-complex -Wno-analyzer-malloc-leak
$(B)/analyze/cppcheck: $(ANALYZE_C) $(ANALYZE_CC) tests/cppcheck.txt
	@mkdir -p $(@D)
	$(call say,CPPCHECK,lib indexer searcher)
	$(Q)cppcheck --quiet --include=tests/cppcheck_macros.h --std=c11 --std=c++17 --enable=warning,performance,portability \
		--inline-suppr --suppressions-list=tests/cppcheck.txt --error-exitcode=1 \
		--max-ctu-depth=4 -Iinclude $(DEFS) lib indexer searcher
	@touch $@

# ---- valgrind ----
# 8 MiB blocks of Xapian's and ICU's that stand until the end are no leaks.
VALGRIND = valgrind --quiet --error-exitcode=9 --leak-check=full --show-leak-kinds=definite \
	--errors-for-leak-kinds=definite --child-silent-after-fork=yes
valgrind: deps-quality
	$(AGAIN) $(JOBS) all $(UNIT_BIN)
	@failed=0; for t in $(UNIT_BIN); do \
		if FICHAS_ROUNDS=50 $(VALGRIND) $$t >$(B)/valgrind.log 2>&1; then echo "ok    $$t"; \
		else echo "FAIL  $$t"; grep -aE '^==|FAILED' $(B)/valgrind.log | head -n 30; failed=1; fi; \
	done; exit $$failed

.PHONY: coverage analyze analyze-run valgrind deps-quality
