# torture: what happens when things go wrong.  Included by the Makefile.
#
#   make torture [SEED=1] [TORTURE=kill,calls,...]   the long form (an hour or more)
#   make check                                       has the short one
#
# tests/torture/RESULTS.md has what the last long run saw.

TORTURE_TOOLS := $(addprefix $(B)/torture/,tries.so starve.so stepper without-pdf)
TORTURE_CFLAGS := -std=c11 $(CWARN) -D_GNU_SOURCE -O2 -g

SEED    ?= 1
TORTURE ?=
torture: deps-check
	$(AGAIN) $(JOBS) all $(TORTURE_TOOLS)
	@B=$(B) tests/torture/run --long --seed=$(SEED) $(subst $(comma), ,$(TORTURE))
.PHONY: torture

# Loaded into programs of any build: never sanitized.
$(B)/torture/%.so: tests/torture/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(TORTURE_CFLAGS) -fPIC -shared -o $@ $<
$(B)/torture/stepper: tests/torture/stepper.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(TORTURE_CFLAGS) -o $@ $<

# Half of the time that the indexer takes to start is its PDF library's, and no
# scene has a PDF: one that has its names and nothing else.
$(B)/torture/without-pdf: $(B)/fichas-indexer
	@rm -rf $@ && mkdir -p $@
	$(call say,CC,$@)
	$(Q)so=$$(readelf -d $< | sed -n 's/.*NEEDED.*\[\(libpoppler-glib[^]]*\)\].*/\1/p'); \
	[ -z "$$so" ] || nm -D --undefined-only $< | \
		sed -n 's/.* \(poppler_[a-z_]*\)$$/void \1(void); void \1(void) { __builtin_trap(); }/p' | \
		$(CC) -x c -fPIC -shared -Wl,-soname,$$so -o $@/$$so -
