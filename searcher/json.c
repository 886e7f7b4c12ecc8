#include "json.h"

#include <math.h>
#include <string.h>

#include "inert.h"
#include "text.h"

json_t *json_text(const char *s, size_t n)
{
	struct buf b;
	json_t *v;

	if (utf8_valid(s, n, NULL))
		return json_stringn_nocheck(s, n);
	buf_init(&b, 0);
	for (size_t i = 0, k; i < n; i += k) {
		unsigned long c;

		k = utf8_decode(s + i, n - i, &c);
		buf_addcp(&b, c);
	}
	v = b.failed ? NULL : json_stringn_nocheck(b.data, b.len);
	buf_release(&b);
	return v;
}

json_t *json_str(const char *s)
{
	return s ? json_text(s, strlen(s)) : json_null();
}

json_t *json_size(size_t n)
{
	return json_integer((json_int_t)n);
}

json_t *json_round(double v, double steps)
{
	return json_real(isfinite(v) ? round(v * steps) / steps : 0);
}

json_t *json_strs(const struct strs *l)
{
	json_t *a = json_array();
	bool ok = a != NULL;

	for (size_t i = 0; ok && i < l->n; i++)
		json_push(a, json_str(l->v[i]), &ok);
	if (!ok) {
		json_decref(a);
		return NULL;
	}
	return a;
}

void json_put(json_t *object, const char *key, json_t *value, bool *ok)
{
	if (!object || !value || json_object_set_new_nocheck(object, key, value) != 0)
		*ok = false;
}

void json_push(json_t *array, json_t *value, bool *ok)
{
	if (!array || !value || json_array_append_new(array, value) != 0)
		*ok = false;
}

static int S_dump(const char *data, size_t n, void *ctx)
{
	buf_add(ctx, data, n);
	return ((struct buf *)ctx)->failed ? -1 : 0;
}

enum status json_write(struct buf *out, const json_t *value, struct err *err)
{
	struct buf b;
	enum status st = ST_OK;

	buf_init(&b, 0);
	/* Nine digits: enough for whatever json_round() left. */
	if (json_dump_callback(value, S_dump, &b,
			       JSON_COMPACT | JSON_ENCODE_ANY |
				       JSON_REAL_PRECISION(9)) != 0)
		st = err_nomem(err);
	else
		inert_json(out, b.data, b.len);
	buf_release(&b);
	return st ? st : buf_status(out, err);
}
