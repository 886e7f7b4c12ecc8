#ifndef OPTIONS_TABLE_H
#define OPTIONS_TABLE_H
/*
 * options_table - how options.c and the writers of help, manuals and
 * completions read one program's table (lib only).
 */
#include "options.h"

enum option_takes { TAKES_NONE, TAKES_VALUE, TAKES_OPTIONAL };

enum option_takes option_takes(const struct option_def *row);
/* The one letter, or '\0'. */
char option_letter(const struct option_def *row);
/* command -1: options of every command only. */
bool option_applies(const struct option_def *row, int command);
size_t command_count(const struct program_def *p);

/* "--limit=N", "--help[=FORMAT]", translated, for people. */
struct buf;
void option_shown(struct buf *out, const struct option_def *row);
/* "auto, always, never" from "auto|always|never". */
void option_choices(struct buf *out, const struct option_def *row);

enum status options_man(FILE *out, const struct program_def *p, struct err *err);
enum status options_bash(FILE *out, const struct program_def *p, struct err *err);
enum status options_zsh(FILE *out, const struct program_def *p, struct err *err);
enum status options_fish(FILE *out, const struct program_def *p, struct err *err);

#endif
