# fichas: offline full-text search for municipal good practices
#
#   make demo     installs what is missing, builds, indexes corpus/fichas, searches
#   make check    installs what is missing, builds, runs every test
#   make differential [N=100000] [SEED=1]   random queries against a naive count
#   make          builds build/fichas-indexer and build/fichas-searcher
#   make docs     manual pages and shell completions, into build/
#   make install  PREFIX=/usr/local DESTDIR=
#   make torture  what happens when things go wrong, at length (an hour or more)
#   make lint     layout, include directions, headers that compile alone, format
#   make fuzz-short   every reader of bytes against its promises, a minute in all
#   make coverage analyze valgrind   by hand: tests/QUALITY.md
#   make po       brings the message catalogue po/es.po up to the sources
#   make deps     only installs what is missing (Debian packages)
#   make clean
#
# Variables: CC CXX CFLAGS CXXFLAGS LDFLAGS PREFIX DESTDIR
#   SAN=address,undefined   sanitizers, in a tree of their own (build-address,undefined)
#   WERROR=1                warnings are errors (CI)
#   B=DIR                   the build tree
#   V=1                     shows the commands

ifeq ($(origin CC),default)
CC      := gcc
endif
ifeq ($(origin CXX),default)
CXX     := g++
endif
CFLAGS  ?= -O2 -g
CXXFLAGS ?= -O2 -g
PREFIX  ?= /usr/local
SAN     ?=
comma   := ,
B       ?= build$(if $(SAN),-$(subst $(comma),-,$(SAN)))
VERSION := 0.1.0

# ---- packages (Debian 12); README says why each is there ----
PACKAGES_BUILD := gcc g++ make pkg-config gettext libxapian-dev libicu-dev \
	libxml2-dev libarchive-dev libpoppler-glib-dev libcsv-dev libjansson-dev \
	libxxhash-dev libzstd-dev
PACKAGES_CHECK := libcmocka-dev unicode-data bzip2 python3 python3-jsonschema jq
PACKAGES_LINT := clang-format mandoc zsh fish

# ---- ours, before the user's ----
WARN := -Wall -Wextra -Wshadow -Wpointer-arith -Wwrite-strings -Wvla -Wswitch-enum \
	-Wformat=2 -Wundef $(if $(WERROR),-Werror)
CWARN := $(WARN) -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
HARDEN := -fstack-protector-strong -fstack-clash-protection -fPIE \
	$(if $(SAN),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
DEFS := -D_GNU_SOURCE -DFICHAS_VERSION='"$(VERSION)"' -DFICHAS_PREFIX='"$(PREFIX)"' \
	$(if $(SAN)$(COV),-DFICHAS_SELF_REPORTING)
SANF := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
COVF := $(if $(COV),--coverage -O0)
OUR_CFLAGS   := -std=c11 $(CWARN) $(HARDEN) $(SANF) $(COVF) $(DEFS) -Iinclude
OUR_CXXFLAGS := -std=c++17 $(WARN) -Wno-undef $(HARDEN) $(SANF) $(COVF) $(DEFS) -Iinclude
OUR_LDFLAGS  := -pie -Wl,-z,relro,-z,now $(SANF) $(COVF)
DEP := -MMD -MP

# What is done is said in a word and a file; with V=1 it is the command.
ifdef V
say =
Q   :=
else
say = @printf '  %-5s %s\n' $(1) $(2)
Q   := @
endif

pc = $(shell pkg-config $(1) 2>/dev/null)
# Each library costs a program time to start: the searcher has those it needs.
LIBS_SEARCHER := $(call pc,--libs xapian-core icu-uc jansson libxxhash libzstd)
LIBS_LIB := $(call pc,--libs xapian-core icu-i18n icu-uc jansson libxxhash libzstd)
LIBS_INDEXER := $(call pc,--libs libxml-2.0 libarchive poppler-glib) -lcsv

# Flags of one library only on the files that may know it; its headers are not
# held to our warnings.
pc_flags = $(patsubst -I%,-isystem %,$(call pc,--cflags $(1)))
$(foreach f,$(basename $(shell grep -ls '<unicode/' lib/*.c)),\
	$(eval FLAGS_$f := $(call pc_flags,icu-uc icu-i18n)))
$(foreach f,$(basename $(shell grep -lsE '<(libxml/|archive|poppler)' indexer/*.c)),\
	$(eval FLAGS_$f := $(call pc_flags,libxml-2.0 libarchive poppler-glib)))
FLAGS_indexer/convert_pdf := $(call pc,--cflags poppler-glib)

LIB_OBJ      := $(patsubst %,$(B)/obj/%.o,$(basename $(sort $(wildcard lib/*.c lib/*.cc))))
INDEXER_OBJ  := $(patsubst %,$(B)/obj/%.o,$(basename $(sort $(wildcard indexer/*.c))))
SEARCHER_OBJ := $(patsubst %,$(B)/obj/%.o,$(basename $(sort $(wildcard searcher/*.c))))
UNIT         := $(notdir $(basename $(sort $(wildcard tests/unit/test_*.c tests/unit/test_*.cc))))
UNIT_BIN     := $(UNIT:%=$(B)/tests/%)
MO           := $(patsubst po/%.po,$(B)/locale/%/LC_MESSAGES/fichas.mo,$(wildcard po/*.po))

.DEFAULT_GOAL := all
include tests/torture/torture.mk
all: $(B)/fichas-indexer $(B)/fichas-searcher $(MO)

$(B)/fichas-indexer: $(INDEXER_OBJ) $(B)/libfichas.a
	$(call say,LINK,$@)
	$(Q)$(CXX) $(OUR_LDFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_LIB) $(LIBS_INDEXER)

$(B)/fichas-searcher: $(SEARCHER_OBJ) $(B)/libfichas.a
	$(call say,LINK,$@)
	$(Q)$(CXX) $(OUR_LDFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_SEARCHER)

$(B)/libfichas.a: $(LIB_OBJ)
$(B)/libindexer.a: $(filter-out %/main.o,$(INDEXER_OBJ))
$(B)/libsearcher.a: $(filter-out %/main.o,$(SEARCHER_OBJ))
$(B)/%.a:
	@rm -f $@
	$(call say,AR,$@)
	$(Q)ar rcs $@ $^

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(OUR_CFLAGS) $(FLAGS_$*) $(CFLAGS) $(DEP) -c -o $@ $<

# libxapian's flags reach only the wrapper and its test.
$(B)/obj/lib/%.o: lib/%.cc
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) $(OUR_CXXFLAGS) $(call pc_flags,xapian-core) $(CXXFLAGS) $(DEP) -c -o $@ $<
$(B)/obj/tests/unit/%.o: tests/unit/%.cc
	@mkdir -p $(@D)
	$(call say,CXX,$<)
	$(Q)$(CXX) $(OUR_CXXFLAGS) $(call pc_flags,xapian-core) $(CXXFLAGS) $(DEP) -c -o $@ $<

$(B)/locale/%/LC_MESSAGES/fichas.mo: po/%.po
	@mkdir -p $(@D)
	$(call say,MSG,$@)
	$(Q)msgfmt --check -o $@ $<

# Where the programs look for what is installed is compiled into them: another
# PREFIX compiles those files again.
$(B)/prefix: FORCE
	@mkdir -p $(@D)
	@[ "$$(cat $@ 2>/dev/null)" = '$(PREFIX)' ] || echo '$(PREFIX)' > $@
KNOW_PREFIX := $(shell grep -ls FICHAS_PREFIX lib/*.c indexer/*.c searcher/*.c)
$(KNOW_PREFIX:%.c=$(B)/obj/%.o): $(B)/prefix

# ---- packages ----
# As root, or through sudo; else the one line to type.  What is installed is
# asked of dpkg, so that nothing is fetched where nothing is missing.
define install_packages
@command -v dpkg-query >/dev/null || exit 0; missing=; \
for p in $(1); do \
	[ "$$(dpkg-query -W -f '$${db:Status-Status}' $$p 2>/dev/null)" = installed ] || \
		missing="$$missing $$p"; \
done; \
[ -n "$$missing" ] || exit 0; \
line="apt-get install$$missing"; \
if [ "$$(id -u)" = 0 ]; then as=; \
elif sudo -n true 2>/dev/null; then as='sudo -n'; \
elif [ -t 0 ] && command -v sudo >/dev/null; then as=sudo; \
else printf 'Packages are missing. Please run this, as root:\n\n  %s\n\n' "$$line" >&2; exit 1; fi; \
echo "Installing:$$missing"; \
$$as apt-get -q -o Acquire::Retries=3 update && \
$$as env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3 \
	-o Dpkg::Use-Pty=0 install -y --no-install-recommends $$missing || { \
	printf '\nThe packages could not be installed. Please run this, as root:\n\n  %s\n\n' \
		"$$line" >&2; exit 1; }
endef

deps-build:
	$(call install_packages,$(PACKAGES_BUILD))
deps-check:
	$(call install_packages,$(PACKAGES_BUILD) $(PACKAGES_CHECK))
deps-lint:
	$(call install_packages,$(PACKAGES_BUILD) $(PACKAGES_CHECK) $(PACKAGES_LINT))
deps install-deps: deps-lint

# What has just been installed is seen by a make of its own: pkg-config is
# asked when the Makefile is read.
JOBS = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc) --output-sync)
AGAIN = +@$(MAKE) --no-print-directory $(if $(V),,-s)

# ---- the two commands ----
demo: deps-build
	$(AGAIN) $(JOBS) all
	$(AGAIN) demo-run

DEMO = $(B)/demo
define demo_line
@printf '\n$$ %s\n' '$(subst ','\'',$(1))'
@$(1)
endef
demo-run:
	@rm -rf $(DEMO)
	$(call demo_line,$(B)/fichas-indexer build --index=$(DEMO) corpus/fichas)
	$(call demo_line,$(B)/fichas-searcher search --index=$(DEMO) 'trabajo con la comunidad' --sello=politicas)
	$(call demo_line,$(B)/fichas-searcher lessons --index=$(DEMO) 'diagnóstico previo')
	$(call demo_line,$(B)/fichas-searcher similar --index=$(DEMO) -n 3 "$$($(B)/fichas-searcher search --index=$(DEMO) --format=ids --municipality=Temuco '')")
	@case $${LC_ALL:-$${LC_MESSAGES:-$${LANG:-}}} in \
	es*) printf '\nLos programas: %s/fichas-indexer y %s/fichas-searcher; use --help con cada uno.\n' $(B) $(B);; \
	*) printf '\nThe programs: %s/fichas-indexer and %s/fichas-searcher, each with --help.\n' $(B) $(B);; \
	esac

check: deps-check
	$(AGAIN) $(JOBS) all docs $(UNIT_BIN) $(TORTURE_TOOLS)
	@B=$(B) UNIT="$(UNIT_BIN)" tests/run

# ---- tests ----
# A test links the room that it looks into, itself or through a helper's header;
# both would clash where the two programs give two things one name.
define test_room
ROOM := $$(shell grep -ls '^.include "../../$(1)/' tests/unit/*.h)
ROOM := $$(shell grep -lsE '^.include "(../../$(1)/|none$$(shell printf '|%s' $$(notdir $$(ROOM))))' $\
	tests/unit/test_*.c tests/unit/test_*.cc)
$$(patsubst tests/unit/%,$(B)/tests/%,$$(basename $$(ROOM))): $(B)/lib$(1).a
endef
$(eval $(call test_room,indexer))
$(eval $(call test_room,searcher))
# What a test with faults.h can make fail.
FAULTS_WRAPPED := malloc calloc realloc strdup stat fstat fstatat fsync read pread write pwrite \
	mmap renameat rename unlink unlinkat rmdir mkdir mkdirat fdopendir readdir mkostemp fopen pipe2 \
	fork poll close open openat fcntl
# And what of our own parts, with faults_parts.h.
FAULTS_PARTS_WRAPPED := arena_alloc arena_copy reader_open reader_find reader_record \
	reader_frequency reader_match reader_rank reader_weight reader_postings \
	docset_init column_open column_count column_cross vocabulary_open \
	lexicon_open_image analyzer_open stemmer_open stem_word stem_token text_clean \
	text_tokenize text_tokenize_some text_fold text_slug text_sentences record_read
$(patsubst tests/unit/%.c,$(B)/tests/%,$(shell grep -lsE '"faults(_parts)?.h"' tests/unit/*.c)): \
	OUR_LDFLAGS += $(FAULTS_WRAPPED:%=-Wl,--wrap=%)
$(patsubst tests/unit/%.c,$(B)/tests/%,$(shell grep -ls '"faults_parts.h"' tests/unit/*.c)): \
	OUR_LDFLAGS += $(FAULTS_PARTS_WRAPPED:%=-Wl,--wrap=%)

$(B)/tests/%: $(B)/obj/tests/unit/%.o $(B)/libfichas.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)
	$(Q)$(CXX) $(OUR_LDFLAGS) $(LDFLAGS) -o $@ $< $(filter-out %/libfichas.a,$(filter %.a,$^)) \
		$(B)/libfichas.a $(LIBS_LIB) $(LIBS_INDEXER) -lcmocka

# The catalogue is found beside a program.
$(B)/tests/test_messages: | $(B)/tests/locale $(MO)
$(B)/tests/locale:
	@mkdir -p $(@D)
	@ln -sfn ../locale $@

unit: $(UNIT_BIN)
	@set -e; for t in $(UNIT_BIN); do echo "== $$t"; $$t; done

# The short form is among `make check`; here a new corpus for every 5,000.
differential: deps-check
	$(AGAIN) $(JOBS) all
	@at=0; while [ $$at -lt $(N) ]; do \
		seed=$$(($(SEED) + at / 5000)); n=$$(($(N) - at < 5000 ? $(N) - at : 5000)); \
		FICHAS_SEED=$$seed FICHAS_ROUNDS=$$n tests/cli/run $(B) check_differential || exit 1; \
		at=$$((at + n)); echo "$$at queries, the last $$n with seed $$seed"; done

lint: deps-lint
	$(AGAIN) $(JOBS) all docs
	@B=$(B) CC='$(CC)' CXX='$(CXX)' bash tests/lint.sh

# ---- manual pages and completions, from the programs' own tables ----
MAN := $(B)/man/fichas-indexer.1 $(B)/man/fichas-searcher.1 $(B)/man/fichas-query.7
COMPLETIONS := $(foreach s,bash zsh fish,$(B)/completions/$(s)/fichas-indexer \
	$(B)/completions/$(s)/fichas-searcher)
docs: $(MAN) $(COMPLETIONS)

SPANISH := env -u LANGUAGE LC_ALL=es_CL.UTF-8
define man_page
@mkdir -p $(@D)
$(call say,MAN,$@)
$(Q)$(SPANISH) $(B)/$(basename $(@F)) --help=man > $@.table
$(Q)sed -e '/^@TABLE@$$/{' -e 'r $@.table' -e d -e '}' -e 's/@VERSION@/$(VERSION)/' $< > $@.new
@rm $@.table && mv $@.new $@
endef
$(B)/man/fichas-indexer.1: indexer/fichas-indexer.1.in $(B)/fichas-indexer $(MO)
	$(man_page)
$(B)/man/fichas-searcher.1: searcher/fichas-searcher.1.in $(B)/fichas-searcher $(MO)
	$(man_page)
$(B)/man/%.7: searcher/%.7
	@mkdir -p $(@D)
	$(call say,MAN,$@)
	$(Q)sed 's/@VERSION@/$(VERSION)/' $< > $@

$(B)/completions/bash/% $(B)/completions/zsh/% $(B)/completions/fish/%: $(B)/% $(MO)
	@mkdir -p $(addprefix $(B)/completions/,bash zsh fish)
	$(Q)for s in bash zsh fish; do \
		$(SPANISH) $(B)/$* --help=$$s > $(B)/completions/$$s/$* || exit 1; done

# ---- messages ----
$(B)/fichas.pot: FORCE
	@mkdir -p $(@D)
	tests/pot $@
po: $(B)/fichas.pot
	msgmerge --quiet --update --backup=none --no-fuzzy-matching po/es.po $<

# ---- install ----
SHARE = $(DESTDIR)$(PREFIX)/share
install: all docs
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/man/man1 $(SHARE)/man/man7 \
		$(SHARE)/fichas/tables $(SHARE)/locale/es/LC_MESSAGES \
		$(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions \
		$(SHARE)/fish/vendor_completions.d
	install $(B)/fichas-indexer $(B)/fichas-searcher $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(B)/man/*.1 $(SHARE)/man/man1
	install -m 644 $(B)/man/*.7 $(SHARE)/man/man7
	install -m 644 corpus/tables/* $(SHARE)/fichas/tables
	install -m 644 $(B)/locale/es/LC_MESSAGES/fichas.mo $(SHARE)/locale/es/LC_MESSAGES
	for p in fichas-indexer fichas-searcher; do \
		install -m 644 $(B)/completions/bash/$$p $(SHARE)/bash-completion/completions/$$p; \
		install -m 644 $(B)/completions/zsh/$$p $(SHARE)/zsh/site-functions/_$$p; \
		install -m 644 $(B)/completions/fish/$$p $(SHARE)/fish/vendor_completions.d/$$p.fish; \
	done

clean:
	rm -rf build build-*

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
-include tests/bench/bench.mk
-include tests/fuzz/fuzz.mk
-include tests/quality.mk
.PHONY: all unit clean check differential demo demo-run lint docs po deps install-deps deps-build \
	deps-check deps-lint install FORCE
FORCE:
.SECONDARY:
.DELETE_ON_ERROR:
