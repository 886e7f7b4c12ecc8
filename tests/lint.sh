#!/bin/bash
# The house rules that a machine can hold: layout, direction of includes,
# headers that compile alone, what no source may call.  Called by `make lint`.
set -u
shopt -s lastpipe # counters are set at the end of pipes
cd "$(dirname "$0")/.." || exit 1
: "${B:=build}" "${CC:=gcc}" "${CXX:=g++}"
bad=0 checks=0

# Lines on standard input are violations of the rule $1.
none()
{
	local found
	found=$(cat)
	((++checks))
	[ -z "$found" ] && return
	printf '%s:\n%s\n\n' "$1" "$(sed 's/^/  /' <<<"$found")"
	((++bad))
}

# Only tracked files are held to the rules; without git, all of them.
sources()
{
	git ls-files -- "$@" 2>/dev/null | grep . ||
		find include lib indexer searcher tests -name "${1#*/}" 2>/dev/null
}
mapfile -t c < <(sources '*.c' '*.h' '*.cc' '*.hh' | while read -r f; do
	[ -f "$f" ] && echo "$f"
done)
src() # src REGEX: those of the sources, tests left out, whose path matches
{
	printf '%s\n' "${c[@]}" | grep -E '^(include|lib|indexer|searcher)/' | grep -E "$1"
}

# ---- layout ----
clang-format --dry-run -Werror "${c[@]}" 2>&1 | grep -E 'error:' | cut -d: -f1,2 |
	none "not in the layout of .clang-format (clang-format -i FILE)"
git ls-files -- . 2>/dev/null | while read -r f; do
	case $f in *.md | corpus/* | tests/* | po/* | LICENSE) continue ;; esac
	[ -f "$f" ] && grep -nHE '[[:blank:]]+$' "$f"
done | none "blanks at the end of a line"
ls -d */ | grep -vxE '(include|lib|indexer|searcher|corpus|tests|po|build[^/]*)/' |
	none "a top-level folder that the README does not know"

grep -nHE '\b(CONTRACT|SAFETY|DESIGN|SPEED)\b' "${c[@]}" /dev/null |
	none "a document that is not in the tree"

# ---- directions (an include names who uses whom) ----
has() # has REGEX FILE...: lines that include it
{
	local what=$1
	shift
	(($#)) && grep -nHE "^[[:blank:]]*#[[:blank:]]*include[[:blank:]]*[<\"]$what" "$@" /dev/null
}
mapfile -t files < <(src . | grep -vE '^lib/text[a-z0-9_]*\.[ch]$')
has 'unicode/' "${files[@]}" | none "ICU outside lib/text*.c"
mapfile -t files < <(src . | grep -vx 'lib/xap.hh')
has 'xapian' "${files[@]}" | none "<xapian.h> outside lib/xap.hh"
mapfile -t files < <(src . | grep -vE '^lib/.*\.(cc|hh)$')
has 'xap\.hh' "${files[@]}" | none "lib/xap.hh outside the wrapper"
mapfile -t files < <(src '^include/')
has '[a-z]*\.hh|[a-z]*(memory|string|vector)>' "${files[@]}" | none "C++ in include/"
mapfile -t files < <(src '^searcher/')
has 'writer\.h' "${files[@]}" | none "the searcher knows how to write"
has '(\.\./)*indexer/' "${files[@]}" | none "the searcher includes the indexer"
mapfile -t files < <(src '^indexer/')
has '(\.\./)*searcher/' "${files[@]}" | none "the indexer includes the searcher"
has 'query\.h' "${files[@]}" | none "the indexer knows how to search"
mapfile -t files < <(src '^(lib|include)/')
has '(\.\./)*(indexer|searcher)/' "${files[@]}" | none "the shared part includes a program"
# A program's own headers are found beside the file that includes them, so a
# name that both rooms have would hide a wrong direction.
comm -12 <(src '^indexer/.*\.h$' | sed 's|.*/||' | sort) \
	<(src '^searcher/.*\.h$' | sed 's|.*/||' | sort) |
	none "one header name in both programs"
mapfile -t files < <(src '^lib/(writer|reader)\.cc$')
has '(text|lexicon|stem|terms)\.h' "${files[@]}" | none "writer and reader see terms, never text"
mapfile -t files < <(src . | grep -vE '^indexer/(source|convert)[a-z0-9_]*\.[ch]$')
has '(libxml/|archive|poppler)' "${files[@]}" | none "libxml2, libarchive or poppler outside indexer/source* and convert*"

# ---- what no source may call ----
code() # of the lines that grep found, those whose find is not in a comment
{
	sed -n 'h; s|/\*.*\*/||; s|//.*||; /^[^:]*:[^:]*:[[:blank:]]*\*/d; /(/{g; p}'
}
# Xapian guesses what a path means (a stub file may name a remote server), so a
# database is opened by descriptor or with its kind named.
mapfile -t files < <(src '\.(cc|hh)$')
for f in "${files[@]}"; do
	# One statement a line.
	sed 's|//.*||' "$f" | tr '\n' ' ' | tr ';' '\n' |
		grep -E 'Xapian::(Writable)?Database[[:blank:]]*[a-z_]*[({]' |
		grep -vE 'DB_BACKEND_GLASS|[({](int )?fd|Database[[:blank:]]*[a-z_]*[({][)}]' | sed "s|^|$f: |"
done | none "a database opened by a path that Xapian interprets"
# What fails while Xapian 1.4.22 writes values ends the process: see lib/writer.cc.
mapfile -t files < <(src '\.(cc|hh)$')
grep -nHE '\b(add_value|remove_value|clear_values)[[:blank:]]*\(' "${files[@]}" /dev/null | code |
	none "a value of a Xapian document"
mapfile -t files < <(src '\.(c|cc|h|hh)$')
grep -nHE '\b(system|popen|exec[lv]p?e?|gets|sprintf|vsprintf|strcat|strtok|mktemp|tmpnam|alloca)[[:blank:]]*\(' \
	"${files[@]}" /dev/null | code | none "a call that the house does not make"
mapfile -t files < <(src '\.(c|cc)$' | grep -vE '/main\.c$')
grep -nHE '\b(exit|abort|perror|printf|puts|putchar)[[:blank:]]*\(' "${files[@]}" /dev/null |
	code | none "only the two main.c print or exit"
find "$B/obj/lib" "$B/obj/indexer" "$B/obj/searcher" -name '*.o' -exec nm -u {} + 2>/dev/null |
	awk '{print $2}' | sed 's/@.*//' |
	grep -xE 'socket|connect|bind|listen|accept4?|getaddrinfo|gethostby.*|send(to|msg)|recv(from|msg)|res_.*' |
	sort -u | none "network calls"

# ---- headers compile alone ----
warn='-Wall -Wextra -Wundef -Werror -Iinclude -D_GNU_SOURCE -fsyntax-only'
while read -r h; do
	out=$($CC -std=c11 $warn -x c "$h" 2>&1 | grep -v 'pragma once in main file') || true
	grep -E 'error' <<<"$out"
done < <(src '\.h$') | none "a header that does not compile alone as C11"
while read -r h; do
	$CXX -std=c++17 $warn -x c++ "$h" 2>&1 | grep -E 'error'
done < <(src '^include/.*\.h$') | none "a header of include/ that does not compile alone as C++17"
while read -r h; do
	# shellcheck disable=SC2046 # flags
	$CXX -std=c++17 $warn -Wno-undef $(pkg-config --cflags xapian-core) -x c++ "$h" 2>&1 |
		grep -E 'error'
done < <(src '\.hh$') | none "a C++ header that does not compile alone"

# ---- what is generated ----
for page in "$B"/man/*; do
	[ -f "$page" ] || continue
	# Ours are named in Spanish; mandoc knows English section names only.
	mandoc -T lint -W warning "$page" 2>&1 | grep -vE 'first section is not|outside NAME section'
done | none "manual pages"
for f in "$B"/completions/bash/*; do [ -f "$f" ] && bash -n "$f" 2>&1; done | none "bash completions"
for f in "$B"/completions/zsh/*; do [ -f "$f" ] && zsh -n "$f" 2>&1; done | none "zsh completions"
for f in "$B"/completions/fish/*; do [ -f "$f" ] && fish --no-execute "$f" 2>&1; done | none "fish completions"

printf '%d passed, %d failed\n' $((checks - bad)) $bad
((bad == 0))
