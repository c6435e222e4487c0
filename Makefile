# SPDX-License-Identifier: MIT
#
# How ntrkfuse is built. Everything made lands in build/<profile>/, where the profile is
# `release`, `cov` (COV=1) or the value of SAN, so that objects of different kinds never mix.
# `make help` lists targets and variables. Needs GNU make 4.2 or newer and pkg-config.

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# ---- what the user may set ------------------------------------------------------------------
PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
MANDIR     ?= $(PREFIX)/share/man
PKG_CONFIG ?= pkg-config
INSTALL    ?= install
PYTHON     ?= python3
SAN        ?=
COV        ?=
WERROR     ?=
V          ?=
# CC, AR, CPPFLAGS, CFLAGS, LDFLAGS, LDLIBS: ours are added around the user's, never over them.

# ---- profile --------------------------------------------------------------------------------
ifneq ($(and $(SAN),$(filter-out 0,$(COV))),)
$(error SAN and COV exclude each other: build them one after the other)
endif
ifneq ($(SAN),)
PROFILE       := $(SAN)
CFLAGS        ?= -O1 -g
PROFILE_FLAGS := -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
else ifneq ($(filter-out 0,$(COV)),)
PROFILE       := cov
CFLAGS        ?= -O0 -g
PROFILE_FLAGS := --coverage
else
PROFILE       := release
CFLAGS        ?= -O2 -g
PROFILE_FLAGS :=
endif
BUILD := build/$(PROFILE)

# ---- inputs ---------------------------------------------------------------------------------
TABLES       := $(sort $(wildcard ref/*.tsv))
SOURCES      := $(filter-out src/main.c,$(sort $(wildcard src/*.c)))
SUITE_FILES  := $(filter-out tests/check_main.c,$(sort $(wildcard tests/check_*.c)))
TEST_SOURCES := tests/check_main.c $(SUITE_FILES) $(sort $(wildcard tests/support*.c))
SUITES       := $(patsubst tests/check_%.c,%,$(SUITE_FILES))

# ---- outputs --------------------------------------------------------------------------------
PROGRAM       := $(BUILD)/ntrkfuse
LIBRARY       := $(BUILD)/libntrkfuse.a
TEST_PROGRAM  := $(BUILD)/check_ntrkfuse
OBJECTS       := $(SOURCES:%.c=$(BUILD)/%.o) $(if $(TABLES),$(BUILD)/tables.o)
TEST_OBJECTS  := $(TEST_SOURCES:%.c=$(BUILD)/%.o)
DEPENDENCIES  := $(patsubst %.c,$(BUILD)/%.d,$(SOURCES) src/main.c $(TEST_SOURCES))

# ---- flags ----------------------------------------------------------------------------------
WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wconversion \
            -Wno-sign-conversion -Wdouble-promotion -Wformat=2 -Wvla \
            $(if $(filter-out 0,$(WERROR)),-Werror)

# Targets that compile nothing must work before anything is installed.
BUILDING := $(filter-out help clean uninstall format,$(or $(MAKECMDGOALS),all))
ifneq ($(BUILDING),)
# Headers of other projects are system headers: their warnings are theirs.
package_cflags = $(patsubst -I%,-isystem %,$(shell $(PKG_CONFIG) --cflags $(1)))
package_libs   = $(shell $(PKG_CONFIG) --libs $(1))
ifneq ($(shell $(PKG_CONFIG) --exists htslib zlib libdeflate jansson && echo yes),yes)
$(error htslib, zlib, libdeflate or jansson not found by $(PKG_CONFIG): run scripts/bootstrap, or see CONTRIBUTING.md)
endif
PACKAGE_CFLAGS := $(call package_cflags,htslib zlib libdeflate jansson)
PACKAGE_LIBS   := $(call package_libs,htslib zlib libdeflate jansson)
CHECK_CFLAGS    = $(call package_cflags,check)
CHECK_LIBS      = $(call package_libs,check)
endif

# -ffp-contract=off: equal bytes on processors with and without fused multiply-add.
ALL_CPPFLAGS := -D_POSIX_C_SOURCE=200809L -Iinclude $(PACKAGE_CFLAGS) $(CPPFLAGS)
ALL_CFLAGS   := -std=c11 $(WARNINGS) -ffp-contract=off -pthread $(PROFILE_FLAGS) $(CFLAGS)
ALL_LDFLAGS  := -pthread $(PROFILE_FLAGS) $(LDFLAGS)
ALL_LDLIBS   := $(PACKAGE_LIBS) -lm -lpthread $(LDLIBS)
# Tests find fixtures by NF_SOURCE_DIR. suites.h, generated, declares every suite.
TEST_CPPFLAGS = -Itests -I$(BUILD) -include $(BUILD)/suites.h $(CHECK_CFLAGS) \
                -DNF_SOURCE_DIR='"$(CURDIR)"'

# ---- stamps: rewritten only when their text differs, and then what depends on them is remade --
FLAG_STAMP  := $(BUILD)/flags.stamp
LIST_STAMP  := $(BUILD)/objects.stamp
TABLE_STAMP := $(BUILD)/tables.stamp
SUITE_STAMP := $(BUILD)/suites.stamp
ifneq ($(BUILDING),)
$(shell mkdir -p '$(BUILD)')
# $(call remember,FILE,TEXT)
remember = $(if $(call differ,x$(file <$(1)),x$(2)),$(file >$(1),$(2)))
differ   = $(subst $(1),,$(2))$(subst $(2),,$(1))
$(call remember,$(FLAG_STAMP),$(strip $(CC) | $(AR) | $(ALL_CPPFLAGS) | $(ALL_CFLAGS) | $(ALL_LDFLAGS) | $(ALL_LDLIBS)))
$(call remember,$(LIST_STAMP),objects $(OBJECTS))
$(call remember,$(TABLE_STAMP),tables $(TABLES))
$(call remember,$(SUITE_STAMP),suites $(SUITES))
endif

ifneq ($(filter-out 0,$(V)),)
quiet :=
say   := @:
else
quiet := @
say   := @printf '  %-6s %s\n'
endif

# ---- build ----------------------------------------------------------------------------------
.PHONY: all
all: $(PROGRAM) $(LIBRARY)

$(PROGRAM): $(BUILD)/src/main.o $(LIBRARY) $(FLAG_STAMP)
	$(say) LD '$@'
	$(quiet)$(CC) $(ALL_LDFLAGS) -o '$@' '$<' '$(LIBRARY)' $(ALL_LDLIBS)

$(LIBRARY): $(OBJECTS) $(LIST_STAMP)
	$(say) AR '$@'
	$(quiet)rm -f '$@' && $(AR) rcs '$@' $(OBJECTS)

$(BUILD)/src/%.o: src/%.c $(FLAG_STAMP)
	$(say) CC '$<'
	$(quiet)mkdir -p '$(@D)'
	$(quiet)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o '$@' '$<'

# The tables of ref/ as bytes inside the program.
$(BUILD)/tables.s: scripts/embed_tables $(TABLES) $(TABLE_STAMP)
	$(say) EMBED ref/
	$(quiet)scripts/embed_tables '$@' $(TABLES)

$(BUILD)/tables.o: $(BUILD)/tables.s $(TABLES) $(FLAG_STAMP)
	$(quiet)$(CC) $(CFLAGS) -Wno-unused-command-line-argument -Wa,--noexecstack -c -o '$@' '$<'

$(BUILD)/suites.h: $(SUITE_STAMP)
	$(quiet){ echo '/* Generated by the Makefile from the names tests/check_*.c. */'; \
	  echo '#ifndef NTRKFUSE_SUITES_H'; echo '#define NTRKFUSE_SUITES_H'; \
	  echo '#include <check.h>'; \
	  for name in $(SUITES); do echo "Suite *$${name}_suite(void);"; done; \
	  printf '#define NF_SUITES(row)'; \
	  for name in $(SUITES); do printf ' \\\n    row(%s)' "$$name"; done; \
	  printf '\n#endif\n'; } >'$@'

$(BUILD)/tests/%.o: tests/%.c $(BUILD)/suites.h $(FLAG_STAMP)
	$(say) CC '$<'
	$(quiet)mkdir -p '$(@D)'
	$(quiet)$(CC) $(ALL_CPPFLAGS) $(TEST_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o '$@' '$<'

$(TEST_PROGRAM): $(TEST_OBJECTS) $(LIBRARY) $(FLAG_STAMP)
	$(say) LD '$@'
	$(quiet)$(CC) $(ALL_LDFLAGS) -o '$@' $(TEST_OBJECTS) '$(LIBRARY)' $(CHECK_LIBS) $(ALL_LDLIBS)

-include $(DEPENDENCIES)

# ---- tests ----------------------------------------------------------------------------------
# A sanitizer's finding gets an exit code no test expects. NTRKFUSE_TESTDATA, when set, names a
# folder of larger inputs; tests that need it are skipped without it.
SANITIZER_ENV := ASAN_OPTIONS=exitcode=99:detect_stack_use_after_return=1:$$ASAN_OPTIONS \
                 UBSAN_OPTIONS=exitcode=99:print_stacktrace=1:$$UBSAN_OPTIONS \
                 TSAN_OPTIONS=exitcode=99:halt_on_error=1:$$TSAN_OPTIONS
RUN_UNIT := $(SANITIZER_ENV) tests/run_unit '$(TEST_PROGRAM)' '$(BUILD)/tests.tap'
RUN_CLI  := $(SANITIZER_ENV) tests/cli/run --summary '$(BUILD)/cli.summary' '$(PROGRAM)'

.PHONY: check check-unit check-cli golden
check: $(PROGRAM) $(TEST_PROGRAM)
	@status=0; $(RUN_UNIT) || status=1; $(RUN_CLI) || status=1; exit $$status

check-unit: $(TEST_PROGRAM)
	@$(RUN_UNIT)

check-cli: $(PROGRAM)
	@$(RUN_CLI)

golden: $(PROGRAM)
	@tests/cli/run --update '$(PROGRAM)'

.PHONY: demo
demo: $(PROGRAM)
	@scripts/demo '$(PROGRAM)'

.PHONY: cov
cov:
	@$(MAKE) COV=1 check
	$(quiet)lcov --quiet --capture --directory build/cov --base-directory '$(CURDIR)' --no-external \
	  --output-file build/cov/all.info
	$(quiet)lcov --quiet --extract build/cov/all.info '$(CURDIR)/src/*' --output-file build/cov/src.info
	$(quiet)genhtml --quiet --output-directory build/cov/html build/cov/src.info
	@lcov --list build/cov/src.info
	@echo 'Report: build/cov/html/index.html'

# ---- lint -----------------------------------------------------------------------------------
.PHONY: lint format
format:
	clang-format -i $(wildcard src/*.[ch] include/ntrkfuse/*.h tests/*.[ch] scripts/bench/*.[ch])

lint: $(BUILD)/suites.h
	@scripts/lint/run $(ALL_CPPFLAGS) $(TEST_CPPFLAGS) -std=c11

# ---- benchmark ------------------------------------------------------------------------------
BENCH_PROGRAMS := build/bench/make_bam build/bench/meter build/bench/inflate_floor

.PHONY: bench-tools
bench-tools: $(BENCH_PROGRAMS)
build/bench/make_bam: scripts/bench/pairs.c scripts/bench/pairs.h
$(BENCH_PROGRAMS): build/bench/%: scripts/bench/%.c $(LIBRARY) $(FLAG_STAMP)
	$(say) CC '$<'
	$(quiet)mkdir -p '$(@D)'
	$(quiet)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o '$@' $(filter %.c,$^) '$(LIBRARY)' $(ALL_LDLIBS)

# ---- install --------------------------------------------------------------------------------
.PHONY: install uninstall check-install
install: $(PROGRAM)
	$(INSTALL) -d '$(DESTDIR)$(BINDIR)' '$(DESTDIR)$(MANDIR)/man1'
	$(INSTALL) -m 755 '$(PROGRAM)' '$(DESTDIR)$(BINDIR)/ntrkfuse'
	$(INSTALL) -m 644 src/ntrkfuse.1 '$(DESTDIR)$(MANDIR)/man1/ntrkfuse.1'

uninstall:
	rm -f '$(DESTDIR)$(BINDIR)/ntrkfuse' '$(DESTDIR)$(MANDIR)/man1/ntrkfuse.1'

# Install to a scratch root, run what was installed, uninstall: no file may remain.
check-install: $(PROGRAM)
	+@scripts/check_install '$(MAKE)' '$(CURDIR)/$(BUILD)/install'

# ---- the rest -------------------------------------------------------------------------------
.PHONY: clean help
clean:
	rm -rf build

help:
	@echo 'make [TARGET…] [VARIABLE=VALUE…]'
	@echo
	@echo 'Targets'
	@echo '  all            build/<profile>/ntrkfuse and libntrkfuse.a (the default)'
	@echo '  check          check-unit and check-cli'
	@echo '  check-unit     the Check suites, tests/check_*.c; CK_RUN_SUITE=name picks one'
	@echo '  check-cli      whole-program cases, tests/cli and test-data'
	@echo '  golden         rewrite test-data/expected from what the program prints, show the diff'
	@echo '  demo           call the two fusions of test-data/demo.sam'
	@echo '  lint           formatting, static analysis, house rules'
	@echo '  format         clang-format over all C files'
	@echo '  cov            line coverage of the tests in build/cov/html'
	@echo '  bench-tools    the helpers of scripts/bench/scan, in build/bench'
	@echo '  install        program and man page under DESTDIR/PREFIX ($(PREFIX))'
	@echo '  uninstall      remove them'
	@echo '  check-install  install to a scratch folder, run, uninstall, nothing may remain'
	@echo '  clean          remove build/'
	@echo
	@echo 'Variables'
	@echo '  SAN=address,undefined   SAN=thread   COV=1   WERROR=1   V=1 (show commands)'
	@echo '  PREFIX DESTDIR BINDIR MANDIR CC AR CPPFLAGS CFLAGS LDFLAGS LDLIBS PKG_CONFIG'
	@echo '  NTRKFUSE_TESTDATA=DIR (environment): larger inputs for the tests that want them'
