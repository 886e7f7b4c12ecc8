#include "program.h"

#include <string.h>

#include "messages.h"

#define BIT(c) (1u << (c))

static const struct command_def S_commands[CMD_COUNT + 1] = {
	[CMD_SEARCH] = {"search", N_("QUERY..."),
			N_("Finds fichas, best first. An empty QUERY lists everything "
			   "that passes the filters.")},
	[CMD_LESSONS] =
		{"lessons", N_("QUERY..."),
		 N_("Finds passages of Lessons and recommendations, whole, each "
		    "with its ficha and line.")},
	[CMD_SIMILAR] = {"similar", N_("ID"),
			 N_("Finds the practices nearest to a ficha, or to a draft of "
			    "yours (--text), and says why.")},
	[CMD_FACETS] = {"facets", N_("[QUERY...]"),
			N_("Counts fichas by municipality, Sello line, population and "
			   "so on.")},
	[CMD_SHOW] = {"show", N_("ID..."), N_("Shows fichas in full.")},
	[CMD_COMPARE] = {"compare", N_("ID ID [ID]"),
			 N_("Shows two or three fichas section by section.")},
	[CMD_BATCH] = {"batch", NULL,
		       N_("Answers JSON requests from standard input, one a line.")},
	[CMD_SUGGEST] = {"suggest", N_("PREFIX..."),
			 N_("Completes a word with words that the index has.")},
	[CMD_ANALYZE] = {"analyze", N_("TEXT..."),
			 N_("Shows the words and terms that a text becomes.")},
	{NULL, NULL, NULL},
};

#define QUERYING  (BIT(CMD_SEARCH) | BIT(CMD_LESSONS) | BIT(CMD_FACETS))
#define HITS	  (BIT(CMD_SEARCH) | BIT(CMD_LESSONS))
#define PAGED	  (HITS | BIT(CMD_SIMILAR))
#define FILTERED  (QUERYING | BIT(CMD_SIMILAR))
#define ANSWERING (FILTERED | BIT(CMD_SHOW) | BIT(CMD_COMPARE) | BIT(CMD_SUGGEST))
#define TEXT_JSON (BIT(CMD_COMPARE) | BIT(CMD_SUGGEST) | BIT(CMD_ANALYZE))

static const struct option_def S_options[] = {
	{OPT_MUNICIPALITY, "municipality", N_("NAME"),
	 N_("only these municipalities: name, slug, CUT code or alias; repeat it or "
	    "separate with commas for any of several"),
	 NULL, "facet:municipality", FILTERED},
	{OPT_REGION, "region", N_("NAME"), N_("only these regions"), NULL,
	 "facet:region", FILTERED},
	{OPT_SELLO, "sello", N_("SLUG"), N_("only these Sello lines"), NULL,
	 "facet:sello", FILTERED},
	{OPT_POPULATION, "population", N_("SLUG"), N_("only these population groups"),
	 NULL, "facet:population", FILTERED},
	{OPT_YEAR, "year", N_("YEAR"),
	 N_("only fichas that ran in these years: 2023 or 2019..2023"), NULL,
	 "facet:year", FILTERED},
	{OPT_STATUS, "status", N_("SLUG"),
	 N_("only fichas of this status: vigente, finalizada, no-declarada"), NULL,
	 "facet:status", FILTERED},
	{OPT_IN, "in", N_("FIELD"),
	 N_("search only in these fields: title, units, population, funding, "
	    "sustainability, description, innovation, lessons"),
	 NULL, NULL, BIT(CMD_SEARCH) | BIT(CMD_FACETS)},
	{OPT_MATCH, "match", N_("MODE"),
	 N_("all: every word; any: at least one; auto: all, or any where no ficha has "
	    "them all"),
	 "auto|all|any", NULL, QUERYING},
	{OPT_EXACT, "exact", NULL,
	 N_("word forms as typed, accents too: no stems, synonyms or typo repair"),
	 NULL, NULL, QUERYING},
	{OPT_NO_SYNONYMS, "no-synonyms", NULL, N_("no synonyms"), NULL, NULL, QUERYING},
	{OPT_NO_TYPOS, "no-typos", NULL, N_("no typo repair"), NULL, NULL, QUERYING},
	{OPT_SORT, "sort", N_("ORDER"),
	 N_("the order of the answer; date is newest first"),
	 "relevance|date|municipality|title", NULL, HITS},
	{OPT_LIMIT, "limit", N_("N"), N_("at most N hits, or all (default 10)"), NULL,
	 NULL, PAGED},
	{OPT_LIMIT, "limit", N_("N"), N_("at most N completions (default 10)"), NULL,
	 NULL, BIT(CMD_SUGGEST)},
	{OPT_OFFSET, "offset", N_("N"), N_("leave out the first N hits"), NULL, NULL,
	 HITS},
	{OPT_FACETS, "facets", N_("LIST"),
	 N_("which facets to count: municipality, region, sello, population, "
	    "year, status; none; all"),
	 NULL, NULL, HITS},
	{OPT_FACET, "facet", N_("NAME"),
	 N_("only this facet: municipality, region, sello, population, year, "
	    "status"),
	 NULL, NULL, BIT(CMD_FACETS)},
	{OPT_LIKE, "like", N_("TEXT"), N_("only values whose name contains TEXT"), NULL,
	 NULL, BIT(CMD_FACETS)},
	{OPT_CROSS, "cross", N_("A,B"), N_("the cross table of two facets"), NULL, NULL,
	 BIT(CMD_FACETS)},
	{OPT_FACET_LIMIT, "facet-limit", N_("N"), N_("at most N values a facet"), NULL,
	 NULL, QUERYING},
	{OPT_FACET_SORT, "facet-sort", N_("ORDER"), N_("the order of facet values"),
	 "count|name", NULL, QUERYING},
	{OPT_TEXT, "text", N_("FILE"),
	 N_("similar to this text (- is standard input) instead of a ficha"), NULL,
	 "file", BIT(CMD_SIMILAR)},
	{OPT_SAME_REGION, "same-region", NULL, N_("only fichas of the same region"),
	 NULL, NULL, BIT(CMD_SIMILAR)},
	{OPT_OTHER_REGION, "other-region", NULL, N_("only fichas of other regions"),
	 NULL, NULL, BIT(CMD_SIMILAR)},
	{OPT_CITE, "cite", NULL,
	 N_("only title, municipality, years, document and lines"), NULL, NULL,
	 BIT(CMD_SHOW)},
	{OPT_FORMAT, "format", N_("FORMAT"), N_("the form of the answer"),
	 "text|json|jsonl|csv|tsv|ids", NULL, PAGED},
	{OPT_FORMAT, "format", N_("FORMAT"), N_("the form of the answer"),
	 "text|json|csv|tsv", NULL, BIT(CMD_FACETS)},
	{OPT_FORMAT, "format", N_("FORMAT"), N_("the form of the answer"),
	 "text|md|json", NULL, BIT(CMD_SHOW)},
	{OPT_FORMAT, "format", N_("FORMAT"), N_("the form of the answer"), "text|json",
	 NULL, TEXT_JSON},
	{OPT_BOM, "bom", NULL, N_("begin CSV with a byte order mark, for Excel"), NULL,
	 NULL, FILTERED},
	{OPT_RAW_CELLS, "raw-cells", NULL,
	 N_("in CSV and TSV leave cells alone that a spreadsheet would take for a "
	    "formula (else they get an apostrophe)"),
	 NULL, NULL, FILTERED},
	{OPT_EXPLAIN, "explain", NULL,
	 N_("say for each hit which words matched, as which terms, where and with what "
	    "weight"),
	 NULL, NULL, HITS},
	{OPT_TIMEOUT, "timeout", N_("SECONDS"),
	 N_("give up after so many seconds of work (default 2)"), NULL, NULL,
	 ANSWERING},
	OPTIONS_COMMON,
	{0, NULL, NULL, NULL, NULL, NULL, 0},
};

static const char *const S_examples[] = {
	"fichas-searcher search educación intercultural",
	"fichas-searcher search --sello=formacion --year=2023..2024 ''",
	"fichas-searcher search --municipality='viña del mar' --format=json cuidadores",
	"fichas-searcher lessons diagnóstico",
	"fichas-searcher similar temuco-mesa-convivencia-educacion-intercultural",
	NULL,
};

const struct program_def searcher_program = {
	"fichas-searcher", N_("Searches fichas of municipal good practices."),
	S_commands,	   S_options,
	S_examples,
};

enum command command_by_name(const char *name)
{
	int i = 0;

	while (i < CMD_COUNT && strcmp(S_commands[i].name, name) != 0)
		i++;
	return (enum command)i;
}

static bool S_named(const char *option, const char *name)
{
	for (; *option && *name; option++, name++)
		if (*option != *name && !(*option == '-' && *name == '_'))
			return false;
	return *option == *name;
}

const struct option_def *option_by_name(enum command command, const char *name)
{
	for (const struct option_def *o = S_options; o->name; o++)
		if (o->commands & BIT(command) && S_named(o->name, name))
			return o;
	return NULL;
}

const struct option_def *option_by_key(enum command command, int key)
{
	for (const struct option_def *o = S_options; o->name; o++)
		if (o->commands & BIT(command) && o->key == key)
			return o;
	return NULL;
}
