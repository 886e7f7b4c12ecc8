# torture: what happens when things go wrong.  Included by the Makefile.
#
#   make torture [SEED=1] [TORTURE=kill,calls,...]   the long form (an hour or more)
#   make check                                       has the short one
#
# tests/torture/RESULTS.md has what the last long run saw.

TORTURE_TOOLS := $(addprefix $(B)/torture/,tries.so starve.so stepper)
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
