# fichas: offline full-text search for municipal good practices
#
#   make demo     installs what is missing, builds, indexes corpus/fichas, searches
#   make check    installs what is missing, builds, runs every test
#   make          builds build/fichas-indexer and build/fichas-searcher
#   make install  PREFIX=/usr/local DESTDIR=
#   make lint     layout, include directions, headers that compile alone, format
#   make clean
#
# Variables: CC CXX CFLAGS CXXFLAGS LDFLAGS PREFIX DESTDIR
#   SAN=address,undefined   sanitizers, in a tree of their own (build-address,undefined)
#   WERROR=1                warnings are errors (CI)
#   B=DIR                   the build tree

CC      ?= gcc
CXX     ?= g++
CFLAGS  ?= -O2 -g
CXXFLAGS ?= -O2 -g
PREFIX  ?= /usr/local
SAN     ?=
comma   := ,
B       ?= build$(if $(SAN),-$(subst $(comma),-,$(SAN)))
VERSION := 0.1.0

# ---- packages (Debian 12); README says why each is there ----
PACKAGES_BUILD := gcc g++ make pkg-config gettext libxapian-dev libicu-dev \
	libxml2-dev libjansson-dev libxxhash-dev
PACKAGES_CHECK := $(PACKAGES_BUILD) libcmocka-dev python3-minimal python3-jsonschema \
	clang-format jq

# ---- ours, before the user's ----
WARN := -Wall -Wextra -Wshadow -Wpointer-arith -Wwrite-strings -Wvla -Wswitch-enum \
	-Wformat=2 -Wundef $(if $(WERROR),-Werror)
CWARN := $(WARN) -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
HARDEN := -fstack-protector-strong -fstack-clash-protection -fPIE \
	$(if $(SAN),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
DEFS := -D_GNU_SOURCE -DFICHAS_VERSION='"$(VERSION)"' -DFICHAS_PREFIX='"$(PREFIX)"'
SANF := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
COVF := $(if $(COV),--coverage -O0)
OUR_CFLAGS   := -std=c11 $(CWARN) $(HARDEN) $(SANF) $(COVF) $(DEFS) -Iinclude
OUR_CXXFLAGS := -std=c++17 $(WARN) -Wno-undef $(HARDEN) $(SANF) $(COVF) $(DEFS) -Iinclude
OUR_LDFLAGS  := -pie -Wl,-z,relro,-z,now $(SANF) $(COVF)
DEP := -MMD -MP

pc = $(shell pkg-config $(1) 2>/dev/null)
LIBS_LIB := $(call pc,--libs xapian-core icu-i18n icu-uc jansson libxxhash)
LIBS_INDEXER := $(call pc,--libs libxml-2.0)

# Flags of one library only on the files that may know it.
FLAGS_lib/text := $(call pc,--cflags icu-uc icu-i18n)
FLAGS_indexer/source_html := $(call pc,--cflags libxml-2.0)

LIB_OBJ      := $(patsubst %,$(B)/obj/%.o,$(basename $(sort $(wildcard lib/*.c lib/*.cc))))
INDEXER_OBJ  := $(patsubst %,$(B)/obj/%.o,$(basename $(sort $(wildcard indexer/*.c))))
SEARCHER_OBJ := $(patsubst %,$(B)/obj/%.o,$(basename $(sort $(wildcard searcher/*.c))))
UNIT         := $(patsubst tests/unit/%.c,%,$(sort $(wildcard tests/unit/test_*.c)))
UNIT_BIN     := $(UNIT:%=$(B)/tests/%)
MO           := $(patsubst po/%.po,$(B)/locale/%/LC_MESSAGES/fichas.mo,$(wildcard po/*.po))

all: $(B)/fichas-indexer $(B)/fichas-searcher $(MO)

$(B)/fichas-indexer: $(INDEXER_OBJ) $(B)/libfichas.a
	$(CXX) $(OUR_LDFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_LIB) $(LIBS_INDEXER)

$(B)/fichas-searcher: $(SEARCHER_OBJ) $(B)/libfichas.a
	$(CXX) $(OUR_LDFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_LIB)

$(B)/libfichas.a: $(LIB_OBJ)
$(B)/libindexer.a: $(filter-out %/main.o,$(INDEXER_OBJ))
$(B)/libsearcher.a: $(filter-out %/main.o,$(SEARCHER_OBJ))
$(B)/%.a:
	@rm -f $@
	ar rcs $@ $^

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(OUR_CFLAGS) $(FLAGS_$*) $(CFLAGS) $(DEP) -c -o $@ $<

# libxapian's flags reach only the wrapper.
$(B)/obj/lib/%.o: lib/%.cc
	@mkdir -p $(@D)
	$(CXX) $(OUR_CXXFLAGS) $(call pc,--cflags xapian-core) $(CXXFLAGS) $(DEP) -c -o $@ $<

$(B)/locale/%/LC_MESSAGES/fichas.mo: po/%.po
	@mkdir -p $(@D)
	msgfmt --check -o $@ $<

# ---- tests ----
$(B)/tests/%: $(B)/obj/tests/unit/%.o $(B)/libindexer.a $(B)/libsearcher.a $(B)/libfichas.a
	@mkdir -p $(@D)
	$(CXX) $(OUR_LDFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_LIB) $(LIBS_INDEXER) -lcmocka

unit: $(UNIT_BIN)
	@set -e; for t in $(UNIT_BIN); do echo "== $$t"; $$t; done

clean:
	rm -rf build build-*

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
.PHONY: all unit clean
.SECONDARY:
