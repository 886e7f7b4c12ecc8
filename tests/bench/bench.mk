# bench and eval: what is measured, and beside what.  Included by the Makefile;
# nothing here is in the default build.
#
#   make bench [N=20000] [SEED=1] [BENCH_ARGS=...]   speed and size
#   make bench-update [N=10000]                      one changed file among N fichas
#   make bench-open [N=10000]                        opening an index, beside Xapian alone
#   make eval EVAL=DIR [EVAL_ARGS=...]               ranking on a collection
#   make equal [TIMES=25]                            match sets and ranking beside a
#                                                    naive search, 10^5 random queries;
#                                                    whole answers beside Xapian alone,
#                                                    10^5 (FICHAS_SEED=n: the same again)
#   make bench-text [TEXT="FILE..."]                 text to tokens, beside ICU
#   make bench-typos [TEXT="FILE..."]                misspelt words, in 200,000
#
# tests/bench/RESULTS.md has what was measured and how to measure it again.

N         ?= 20000
SEED      ?= 1
BENCH_ARGS ?=
EVAL      ?=
EVAL_ARGS ?=
TEXT      ?= $(wildcard corpus/fichas/*.md)
PYTHON    ?= python3

PACKAGES_BENCH := $(PACKAGES_BUILD) libsqlite3-dev python3
BENCH_TOOLS := $(addprefix $(B)/bench/,generate measure nothing plain_sqlite \
	plain_xapian xapian_rank searcher_unconfined indexer_unconfined)
BENCH_CFLAGS := -std=c11 $(CWARN) -D_GNU_SOURCE -O2 -g
BENCH_CXXFLAGS := -std=c++17 $(WARN) -Wno-undef -D_GNU_SOURCE -O2 -g

deps-bench:
	$(call install_packages,$(PACKAGES_BENCH))

bench: deps-bench
	$(AGAIN) $(JOBS) all $(BENCH_TOOLS)
	@$(PYTHON) tests/bench/bench.py -n $(N) --seed $(SEED) --build $(B) $(BENCH_ARGS)

# Ten thousand, where nobody says how many.
bench-update: N := $(if $(filter file,$(origin N)),10000,$(N))
bench-update: deps-bench
	$(AGAIN) $(JOBS) all $(BENCH_TOOLS)
	@$(PYTHON) tests/bench/update.py -n $(N) --seed $(SEED) --build $(B) $(BENCH_ARGS)

eval: deps-bench
	@[ -n '$(EVAL)' ] || { echo 'usage: make eval EVAL=DIR (docs.jsonl, queries.tsv, qrels.tsv)' >&2; exit 2; }
	$(AGAIN) $(JOBS) all $(B)/bench/xapian_rank
	@$(PYTHON) tests/eval/eval.py --build $(B) $(EVAL_ARGS) $(EVAL)

$(B)/bench/generate: tests/bench/generate.c tests/bench/ficha_gen.c tests/bench/ficha_gen.h
	@mkdir -p $(@D)
	$(CC) $(BENCH_CFLAGS) -o $@ $(filter %.c,$^) -lm

$(B)/bench/measure: tests/bench/measure.c
	@mkdir -p $(@D)
	$(CC) $(BENCH_CFLAGS) -o $@ $<

# Linked as the searcher is: hardened, position independent, bound at start.
$(B)/bench/nothing: tests/bench/nothing.cc
	@mkdir -p $(@D)
	$(CXX) $(BENCH_CXXFLAGS) -fPIE $(OUR_LDFLAGS) -Wl,--no-as-needed -o $@ $< $(LIBS_SEARCHER)

# For `tests/bench/profile`: the same objects, outside of the sandbox.
$(B)/bench/unconfined.o: tests/bench/unconfined.c
	@mkdir -p $(@D)
	$(CC) $(BENCH_CFLAGS) -I include -c -o $@ $<

$(B)/bench/searcher_unconfined: $(B)/bench/unconfined.o $(SEARCHER_OBJ) $(B)/libfichas.a
	$(CXX) $(OUR_LDFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_SEARCHER)

$(B)/bench/indexer_unconfined: $(B)/bench/unconfined.o $(INDEXER_OBJ) $(B)/libfichas.a
	$(CXX) $(OUR_LDFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_LIB) $(LIBS_INDEXER)

$(B)/bench/bench.o: tests/bench/bench.c tests/bench/bench.h
	@mkdir -p $(@D)
	$(CC) $(BENCH_CFLAGS) $(call pc,--cflags jansson) -c -o $@ $<

$(B)/bench/plain_sqlite: tests/bench/plain_sqlite.c $(B)/bench/bench.o tests/bench/bench.h
	$(CC) $(BENCH_CFLAGS) -o $@ $(filter %.c %.o,$^) $(call pc,--libs jansson) -lsqlite3

$(B)/bench/plain_xapian: tests/bench/plain_xapian.cc $(B)/bench/bench.o tests/bench/bench.h
	$(CXX) $(BENCH_CXXFLAGS) $(call pc,--cflags xapian-core) -o $@ $(filter %.cc %.o,$^) \
		$(call pc,--libs xapian-core jansson)

$(B)/bench/xapian_rank: tests/eval/xapian_rank.cc
	@mkdir -p $(@D)
	$(CXX) $(BENCH_CXXFLAGS) $(call pc,--cflags xapian-core) -o $@ $< \
		$(call pc,--libs xapian-core)

TIMES ?= 25
equal: deps-check
	$(AGAIN) $(JOBS) all $(B)/tests/test_ranking $(B)/tests/test_plain
	TIMES=$(TIMES) $(B)/tests/test_ranking
	TIMES=$(TIMES) $(B)/tests/test_plain

# It asks both for fichas.
$(B)/tests/test_plain: | $(B)/bench/generate $(B)/fichas-indexer

# --check first: what is fast must be equal.
bench-text: deps-build
	$(AGAIN) $(JOBS) $(B)/bench/text_bench
	@$(B)/bench/text_bench --check $(TEXT)
	@$(B)/bench/text_bench $(TEXT)

$(B)/bench/text_bench: $(B)/obj/tests/bench/text_bench.o $(B)/libfichas.a
	@mkdir -p $(@D)
	$(CXX) $(OUR_LDFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_LIB)

bench-typos: deps-build
	$(AGAIN) $(JOBS) $(B)/bench/typo_bench
	@$(B)/bench/typo_bench $(TEXT) tests/snowball-es/voc.txt

$(B)/bench/typo_bench: $(B)/obj/tests/bench/typo_bench.o $(B)/libsearcher.a $(B)/libfichas.a
	@mkdir -p $(@D)
	$(CXX) $(OUR_LDFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_LIB)

# Ten thousand, where nobody says how many; made once for an indexer.
OPEN_INDEX = $(B)/bench/open-$(N)-$(SEED)
bench-open: N := $(if $(filter file,$(origin N)),10000,$(N))
bench-open: deps-bench
	$(AGAIN) $(JOBS) all $(B)/bench/generate $(B)/bench/open_bench
	@[ $(OPEN_INDEX)/CURRENT -nt $(B)/fichas-indexer ] || { rm -rf $(OPEN_INDEX) && \
		$(B)/bench/generate records $(N) $(SEED) tests/bench/words.tsv corpus/tables \
			> $(OPEN_INDEX).jsonl && \
		$(B)/fichas-indexer build -q --index=$(OPEN_INDEX) $(OPEN_INDEX).jsonl; }
	@$(B)/bench/open_bench $(OPEN_INDEX)

$(B)/bench/open_bench: tests/bench/open_bench.cc $(B)/libsearcher.a $(B)/libfichas.a
	@mkdir -p $(@D)
	$(CXX) $(OUR_CXXFLAGS) -Wno-shadow $(call pc_flags,xapian-core) $(CXXFLAGS) \
		$(OUR_LDFLAGS) $(LDFLAGS) \
		-o $@ $^ $(LIBS_LIB)

.PHONY: bench bench-update bench-open equal bench-text bench-typos eval deps-bench
