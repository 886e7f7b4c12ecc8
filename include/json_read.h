#ifndef JSON_READ_H
#define JSON_READ_H
/*
 * json_read - jansson's parser, which calls a lack of memory whatever it stood
 * at, and its printer, which does not mind it: this tells.
 */
#include <jansson.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* json_loadb(). */
json_t *json_read(const char *p, size_t n, size_t flags, json_error_t *e);

/* json_dumps(); NULL: no memory.  That leaves out the key that it has none for. */
char *json_print(const json_t *j, size_t flags);

/* Whether jansson wanted memory and got none since the last json_read() began:
 * then what failed says nothing about the text. */
bool json_read_lacked(void);

#ifdef __cplusplus
}
#endif
#endif
