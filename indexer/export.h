#ifndef EXPORT_H
#define EXPORT_H
/*
 * export - every record of the published index as JSON Lines, in document
 * order; and what an index holds, for `stats`.
 */
#include <stdio.h>

#include "status.h"

enum status export_run(FILE *out, const char *index, struct err *err);
enum status stats_run(FILE *out, const char *index, int json, struct err *err);

#endif
