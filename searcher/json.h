#ifndef JSON_H
#define JSON_H
/*
 * json - small helps for writing answers with jansson.  Every function takes
 * NULL where a value should be and passes it on, so that a caller checks
 * once, at the end.
 */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "ficha.h"

#define FORMAT_VERSION 1

json_t *json_text(const char *s, size_t n); /* replaces what is no UTF-8 */
json_t *json_str(const char *s);	    /* NULL: null */
json_t *json_size(size_t n);
json_t *json_round(double v, double steps); /* 4 decimals: steps 1e4 */
json_t *json_strs(const struct strs *l);

/* Sets a key to a new value; false (and *ok false) if either is NULL. */
void json_put(json_t *object, const char *key, json_t *value, bool *ok);
void json_push(json_t *array, json_t *value, bool *ok);

/* Appends a value as one line without its end.  Control characters and
 * direction overrides leave as \u escapes: the value is what was stored, and
 * printing the line is harmless. */
enum status json_write(struct buf *out, const json_t *value, struct err *err);

#endif
